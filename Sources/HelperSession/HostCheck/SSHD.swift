import Host
import Virsh

extension HostCheck {
    static let dropIn = HostCheck("sshd-drop-in") { view in
        dropInFindings(
            view.dropIns,
            included: try textIfThere("/etc/ssh/sshd_config").map(includesDropIns) ?? false)
    }

    static let forcedCommand = HostCheck("sshd-forced-command") { view in
        try view.sshd.get().map { $0.forcedCommandFinding(isProgram: isProgram) }
    }

    static let forwarding = HostCheck("sshd-forwarding") { view in
        try view.sshd.get().map(\.forwardingFinding)
    }

    static let terminal = HostCheck("sshd-terminal") { view in
        try view.sshd.get().map(\.terminalFinding)
    }

    static let keepAlive = HostCheck("sshd-keep-alive") { view in
        try view.sshd.get().map(\.keepAliveFinding)
    }
}

/// A file that forces the helper on somebody.
struct DropIn: Hashable, Sendable {
    let path: String
    /// Those whom it is for, as its `Match` says.
    var users: [String] = []
    var groups: [String] = []

    static let directory = "/etc/ssh/sshd_config.d"

    /// All of this host, and those where they do no good. What cannot be read is left out.
    static func all() -> [DropIn] {
        var found: [DropIn] = []
        for directory in [directory, "/etc/ssh/ssh_config.d"] {
            do throws(Refusal) {
                for name in try names(in: directory) {
                    do throws(Refusal) {
                        let path = "\(directory)/\(name)"
                        found += Self.all(path, try text(of: path))
                    } catch { continue }
                }
            } catch { continue }
        }
        for path in ["/etc/ssh/sshd_config", "/etc/ssh/ssh_config"] {
            do throws(Refusal) { found += all(path, try text(of: path)) } catch { continue }
        }
        return found
    }

    static func all(_ path: String, _ text: String) -> [DropIn] {
        var found: [DropIn] = []
        var current = DropIn(path: path)
        for (keyword, value) in sshSettings(text) {
            if keyword == "match" {
                current = DropIn(path: path)
                let words = value.filter { $0 != "\"" }.split(separator: " ").map(String.init)
                for (what, who) in zip(words, words.dropFirst()) {
                    let names = who.split(separator: ",").map(String.init)
                    if what.lowercased() == "user" { current.users += names }
                    if what.lowercased() == "group" { current.groups += names }
                }
            } else if keyword == "forcecommand", HelperInvocation(commandLine: value) != nil {
                found.append(current)
            }
        }
        return found
    }
}

/// The lines of a file for sshd: its keywords in small letters, and what follows them.
private func sshSettings(_ text: String) -> [(keyword: String, value: String)] {
    text.split(whereSeparator: \.isNewline).compactMap { line in
        let line = line.drop { $0.isWhitespace }
        guard let first = line.first, first != "#" else { return nil }
        let keyword = line.prefix { !$0.isWhitespace && $0 != "=" }
        let value = line.dropFirst(keyword.count).drop { $0.isWhitespace || $0 == "=" }
        return (keyword.lowercased(), value.split(separator: "\t").joined(separator: " "))
    }
}

/// Whether sshd's own file leads to the directory of drop-ins.
func includesDropIns(_ text: String) -> Bool {
    sshSettings(text).contains { keyword, value in
        keyword == "include"
            && value.filter { $0 != "\"" }.split(separator: " ").contains { pattern in
                // A path that does not begin with a slash is below /etc/ssh.
                pattern.hasPrefix("\(DropIn.directory)/*") || pattern.hasPrefix("sshd_config.d/*")
            }
    }
}

private let dropInHint =
    "install it with atex-virt-helper-setup, or by hand from "
    + example("sshd_config.d/atex-virt-helper.conf")

func dropInFindings(_ dropIns: [DropIn], included: Bool) -> [Finding] {
    guard !dropIns.isEmpty else {
        return [
            .warning(
                "no ForceCommand for atex-virt-helper found in \(DropIn.directory)",
                "\(dropInHint), unless every authorized key has a command= option")
        ]
    }
    var problems: [Finding] = []
    for path in Set(dropIns.map(\.path)).sorted() {
        if path.hasPrefix("/etc/ssh/ssh_config") {
            problems.append(
                .error(
                    "'\(path)' is for the ssh client: sshd does not read it",
                    "move it to \(DropIn.directory), then reload sshd"))
        } else if path.hasPrefix(DropIn.directory), !path.hasSuffix(".conf") {
            problems.append(
                .error(
                    "sshd does not read '\(path)': its name does not end in .conf",
                    "rename it, then reload sshd"))
        } else if path.hasPrefix(DropIn.directory), !included {
            problems.append(
                .error(
                    "/etc/ssh/sshd_config does not include '\(path)'",
                    "add as its first line: Include \(DropIn.directory)/*.conf"))
        }
    }
    return findings(
        problems,
        ok:
            "ForceCommand for atex-virt-helper found in \(listed(Set(dropIns.map(\.path)).sorted()))"
    )
}

extension HelperInvocation {
    /// `nil` if the command line of a ForceCommand runs something else.
    init?(commandLine: String) {
        guard let words = shellWords(commandLine) else { return nil }
        self.init(words: words)
    }
}

/// What sshd does for one user.
struct SSHDSettings: Sendable {
    let account: Account
    /// By their names in small letters, as `sshd -T` prints them.
    let values: [String: String]
    /// The options of each of the user's keys; asked for only where no command is forced on all,
    /// and `nil` where they cannot be read.
    var keys: [String]?

    init(_ account: Account, output: String) {
        self.account = account
        var values: [String: String] = [:]
        for (keyword, value) in sshSettings(output) where values[keyword] == nil {
            values[keyword] = value
        }
        self.values = values
    }

    /// Asks sshd itself, which only root can.
    static func asked(
        _ accounts: [Account], _ client: Client, _ deadline: ContinuousClock.Instant
    ) throws -> [SSHDSettings] {
        guard !accounts.isEmpty else {
            throw Refusal(.notFound, "no account found that has the helper as its forced command")
        }
        guard ProcessInformation.userID == 0 else {
            throw Refusal(.denied, "sshd shows its settings only to root")
        }
        let peer = client.peer?.split(separator: " ").first ?? "127.0.0.1"
        return try accounts.map { account in
            let place =
                "user=\(account.name),host=\(peer),addr=\(peer),"
                + "laddr=\(client.hostAddress ?? "127.0.0.1"),lport=22"
            var settings = SSHDSettings(
                account, output: try output(of: ["sshd", "-T", "-C", place], until: deadline))
            if settings.commonCommand == nil { settings.keys = settings.readKeys() }
            return settings
        }
    }

    /// What is forced on all logins of the user.
    private var commonCommand: String? {
        values["forcecommand"].flatMap { $0 == "none" ? nil : $0 }
    }

    /// What all keys of the user lead to, where that is the helper.
    var command: HelperInvocation? {
        if let commonCommand { return HelperInvocation(commandLine: commonCommand) }
        let commands =
            keys?.map { keyCommand($0).flatMap(HelperInvocation.init(commandLine:)) } ?? []
        return commands.contains(nil) ? nil : commands.first ?? nil
    }

    private func readKeys() -> [String]? {
        var keys: [String] = []
        let files = values["authorizedkeysfile"] ?? ".ssh/authorized_keys"
        for file in files.split(separator: " ") where file != "none" {
            var path = file.hasPrefix("/") ? "" : account.home + "/"
            var isToken = false
            for character in file {
                switch character {
                case "%" where !isToken:
                    isToken = true
                    continue
                case "h" where isToken: path += account.home
                case "u" where isToken: path += account.name
                default: path.append(character)
                }
                isToken = false
            }
            do throws(Refusal) {
                // Elsewhere it is the administrator who puts keys.
                let owner = path.hasPrefix(account.home + "/") ? account.id : 0
                keys += keyOptions(try textIfThere(path, of: owner) ?? "")
            } catch { return nil }
        }
        return keys
    }

    func forcedCommandFinding(isProgram: (String) -> Bool) -> Finding {
        let user = "'\(account.name)'"
        let hint = "\(dropInHint), then reload sshd"
        if let command {
            guard isProgram(command.path) else {
                return .error(
                    "the forced command of user \(user), '\(command.path)', does not exist",
                    "install the helper there, or correct the path in the forced command")
            }
            return .ok("user \(user) can run only '\(command.path)'")
        }
        if let commonCommand {
            return .error(
                "the forced command of user \(user) is not this helper, but '\(commonCommand)'",
                hint)
        }
        guard let keys else {
            return .unknown(
                "the keys of user \(user) cannot be read, and sshd_config forces no command")
        }
        return .error(
            "no command is forced for user \(user)"
                + (keys.isEmpty ? "" : ", and not every key has a command= option"), hint)
    }

    /// Whether each key of the user has an option, by its own word or by `restrict`.
    private func allKeys(have option: String, orNot permission: String) -> Bool {
        guard let keys, !keys.isEmpty else { return false }
        return keys.allSatisfy { key in
            let names = splitOptions(key)
            return names.contains(option)
                || names.contains("restrict") && !names.contains(permission)
        }
    }

    var forwardingFinding: Finding {
        let user = "'\(account.name)'"
        if values["disableforwarding"] == "yes" {
            return .ok("user \(user) cannot forward anything through this host")
        }
        var open: [String] = []
        for (setting, name, option) in [
            ("allowtcpforwarding", "TCP ports", "port-forwarding"),
            ("allowstreamlocalforwarding", "sockets", "port-forwarding"),
            ("allowagentforwarding", "agents", "agent-forwarding"),
            ("x11forwarding", "X11", "X11-forwarding"), ("permittunnel", "tunnels", "tunnel"),
        ]
        where values[setting] ?? "no" != "no" && !allKeys(have: "no-\(option)", orNot: option) {
            open.append(name)
        }
        if open.isEmpty { return .ok("user \(user) cannot forward anything through this host") }
        return .error(
            "user \(user) can forward through this host: \(open.joined(separator: ", "))",
            "add 'DisableForwarding yes' to the Match block, then reload sshd")
    }

    var terminalFinding: Finding {
        let user = "'\(account.name)'"
        if values["permittty"] == "no" || allKeys(have: "no-pty", orNot: "pty") {
            return .ok("user \(user) cannot allocate a terminal")
        }
        return .error(
            "user \(user) can allocate a terminal, which would alter the bytes of the session",
            "add 'PermitTTY no' to the Match block, then reload sshd")
    }

    var keepAliveFinding: Finding {
        let interval = values["clientaliveinterval"].flatMap { UInt32($0) } ?? 0
        let count = values["clientalivecountmax"].flatMap { UInt32($0) } ?? 3
        let seconds = UInt64(interval) * UInt64(count)
        let hint =
            "add 'ClientAliveInterval 15' and 'ClientAliveCountMax 4' to the Match block, then "
            + "reload sshd"
        let user = "'\(account.name)'"
        if seconds == 0 {
            return .warning(
                "dead clients of user \(user) are never detected: their reservations are kept",
                hint)
        }
        if seconds > 300 {
            return .warning(
                "dead clients of user \(user) are detected only after \(seconds) s", hint)
        }
        return .ok("dead clients of user \(user) are detected after \(seconds) s")
    }
}

/// The options in front of each key of an authorized_keys file; empty for a key without.
func keyOptions(_ text: String) -> [String] {
    // Those of other systems, "\r\n", are one character, and sshd takes them.
    text.split(whereSeparator: \.isNewline).compactMap { line in
        let line = line.drop { $0 == " " || $0 == "\t" }
        guard let first = line.first, first != "#" else { return nil }
        var isQuoted = false
        var last: Character = " "
        let options = line.prefix { character in
            if character == "\"", last != "\\" { isQuoted.toggle() }
            last = character
            return isQuoted || !(character == " " || character == "\t")
        }
        let types = ["ssh-", "ecdsa-", "sk-"]
        return types.contains(where: options.hasPrefix) ? "" : String(options)
    }
}

/// One key's options, apart from each other.
private func splitOptions(_ options: String) -> [String] {
    var parts = [""]
    var isQuoted = false
    var last: Character = " "
    for character in options {
        if character == "\"", last != "\\" { isQuoted.toggle() }
        last = character
        if character == ",", !isQuoted {
            parts.append("")
        } else {
            parts[parts.count - 1].append(character)
        }
    }
    return parts
}

/// What `command="..."` among a key's options says.
func keyCommand(_ options: String) -> String? {
    for option in splitOptions(options) {
        let name = option.prefix { $0 != "=" }
        guard name.lowercased() == "command", name.count < option.count else { continue }
        var text = ""
        var last: Character = " "
        for character in option.dropFirst(name.count + 1) {
            if character == "\"" {
                if last == "\\" {
                    text.removeLast()
                } else {
                    last = character
                    continue
                }
            }
            last = character
            text.append(character)
        }
        return text
    }
    return nil
}
