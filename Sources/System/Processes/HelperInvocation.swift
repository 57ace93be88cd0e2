/// A command line that runs this helper, e.g. `sudo -n /usr/bin/atex-virt-helper qemu:///system`.
package struct HelperInvocation: Hashable, Sendable {
    package let usesSudo: Bool
    /// Whether sudo may ask for a password, because it was not given `-n`.
    package let mayPrompt: Bool
    /// The helper as it was written, e.g. `/usr/bin/atex-virt-helper`.
    package let path: String
    package let arguments: [String]

    /// `nil` if the words run something else. `exec`, and `sudo` with options, may come first.
    package init?(words: [String]) {
        var rest = words[...]
        if rest.first == "exec" { rest.removeFirst() }
        if let word = rest.first, programName(of: word) == "sudo" {
            let before = rest
            Self.skipSudo(&rest)
            let options = before.dropLast(rest.count)
            usesSudo = true
            mayPrompt = !options.contains { $0 == "-n" || $0 == "--non-interactive" }
        } else {
            usesSudo = false
            mayPrompt = false
        }
        // This program may be installed under another name.
        guard let path = rest.first,
            ["atex-virt-helper", ProcessInformation.programName].contains(programName(of: path))
        else { return nil }
        self.path = path
        arguments = Array(rest.dropFirst())
    }

    /// The value of `--role`; `nil` without it: then a client has full control of the host.
    package var role: String? { value(of: "--role") }

    /// The value of an option of the helper, `--NAME VALUE` or `--NAME=VALUE`.
    package func value(of option: String) -> String? {
        for (index, word) in arguments.enumerated() {
            if word == option {
                return arguments.indices.contains(index + 1) ? arguments[index + 1] : nil
            }
            if word.hasPrefix(option + "=") { return String(word.dropFirst(option.count + 1)) }
        }
        return nil
    }

    /// The options of sudo(8) whose value is the next word.
    private static let optionsWithValue: Set<String> = [
        "-C", "--close-from", "-D", "--chdir", "-g", "--group", "-h", "--host", "-p", "--prompt",
        "-R", "--chroot", "-r", "--role", "-T", "--command-timeout", "-t", "--type", "-U",
        "--other-user", "-u", "--user",
    ]

    /// Skips `sudo`, its options, and its variable assignments.
    private static func skipSudo(_ rest: inout ArraySlice<String>) {
        rest.removeFirst()
        while let word = rest.first {
            if word == "--" {
                rest.removeFirst()
                return
            }
            // sudo(8): assignments such as `LANG=C` may stand between the options and the command.
            guard word.hasPrefix("-") || word.contains("=") else { return }
            rest.removeFirst()
            if optionsWithValue.contains(word) { _ = rest.popFirst() }
        }
    }
}

/// The last component of a program's path, e.g. `sudo` for `/usr/bin/sudo`.
package func programName(of path: String) -> String {
    path.split(separator: "/").last.map(String.init) ?? path
}
