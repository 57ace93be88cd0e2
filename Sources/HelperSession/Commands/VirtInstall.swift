import Host
import Libvirt
import VirtInstall

extension SessionCommand {
    ///     C: {"cmd": "virt-install", "args": ["--name", "vm9", "--import", ...]}
    ///     S: {"success": true, "cmd": "virt-install", "args": [...]}
    static let virtInstall = SessionCommand(
        "virt-install", isOriginal: true,
        summary: "make and install a domain; what virt-install says goes to stderr"
    ) { parameters in
        let words = parameters.strings("args", "the words that would follow 'virt-install'")
        let destroys = parameters.flag(
            "destroy_on_error", "destroy the domain if that fails or the client leaves")

        return { session, request in
            let words = try request[words]
            let destroys = try request[destroys]
            if destroys, domainName(words) == nil, !namesGuest(words) {
                throw Refusal(
                    .badRequest, "destroy_on_error requested, but no -n/--name given in args")
            }
            let host = session.host
            // CR LF: in the original, virt-install writes to a terminal, which converts line ends.
            let output = InstallOutput(
                write: { session.say(Array($0.replacing("\n", with: "\r\n").utf8)) },
                writeBytes: { session.say(Array($0)) })
            let status = install(words, output: output, destroysOnError: destroys) { uri in
                try host.open(uri ?? host.uri, readOnly: false)
            }
            guard status == 0 else {
                throw Refusal(
                    status == 2 ? .badRequest : .libvirt, "virt-install exited with \(status)")
            }
            return [:]
        }
    }
}

/// The name of the domain, from `-n X`, `-nX`, `--name X` or `--name=X`. Works for a malformed command
/// line, too, whose error `install` reports.
private func domainName(_ words: [String]) -> String? {
    for (index, word) in words.enumerated() {
        if word == "-n" || word == "--name" {
            if words.indices.contains(index + 1) { return words[index + 1] }
        } else if word.hasPrefix("--name=") {
            return String(word.dropFirst("--name=".count))
        } else if word.hasPrefix("-n"), !word.hasPrefix("--") {
            return String(word.dropFirst(2))
        }
    }
    return nil
}

extension Session {
    /// Writes output of a run to stderr.
    fileprivate func say(_ bytes: [UInt8]) {
        do { try wire.writeError(bytes[...]) } catch {
            // The client has closed stderr. `Lifeline` detects that and ends the run.
        }
    }
}
