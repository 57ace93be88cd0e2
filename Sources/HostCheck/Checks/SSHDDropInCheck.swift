import System

extension Check {
    static let sshdDropIn = Check("sshd-drop-in") { view in
        let main = try textIfPresent("/etc/ssh/sshd_config")
        return dropInFindings(view.dropIns, included: main.map(includesDropIns) ?? false)
    }
}

/// Whether sshd's main configuration file includes the directory of drop-ins.
func includesDropIns(_ text: String) -> Bool {
    sshdKeywords(text).contains { keyword, value in
        keyword == "include"
            && value.filter { $0 != "\"" }.split(separator: " ").contains { pattern in
                // Relative paths are relative to /etc/ssh.
                pattern.hasPrefix("\(DropIn.directory)/*") || pattern.hasPrefix("sshd_config.d/*")
            }
    }
}

/// What to do if the drop-in is missing or wrong.
let installDropInHint =
    "install it with atex-virt-helper-setup, or by hand from "
    + examplePath("sshd_config.d/atex-virt-helper.conf")

func dropInFindings(_ dropIns: [DropIn], included: Bool) -> [Finding] {
    guard !dropIns.isEmpty else {
        return [
            .warning(
                "no ForceCommand for atex-virt-helper found in \(DropIn.directory)",
                "\(installDropInHint), unless every authorized key has a command= option")
        ]
    }
    let paths = Set(dropIns.map(\.path)).sorted()
    let problems = paths.compactMap { dropInProblem($0, included: included) }
    return findings(problems, ok: "ForceCommand for atex-virt-helper found in \(listed(paths))")
}

/// Why sshd does not read a file; `nil` if it does.
func dropInProblem(_ path: String, included: Bool) -> Finding? {
    if path.hasPrefix("/etc/ssh/ssh_config") {
        let place = "\(DropIn.directory)/\(programName(of: path))"
        return .error(
            "'\(path)' is for the ssh client: sshd does not read it",
            "mv \(path) \(place), then reload sshd")
    }
    guard path.hasPrefix(DropIn.directory) else { return nil }
    if !path.hasSuffix(".conf") {
        return .error(
            "sshd does not read '\(path)': its name does not end in .conf",
            "mv \(path) \(path).conf, then reload sshd")
    }
    guard !included else { return nil }
    return .error(
        "/etc/ssh/sshd_config does not include '\(path)'",
        "add as its first line: Include \(DropIn.directory)/*.conf")
}
