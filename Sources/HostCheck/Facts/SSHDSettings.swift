import Protocol
import System
import Wire

/// The settings of sshd that apply to one account.
struct SSHDSettings: Sendable {
    let account: Account
    /// The first value of each keyword, by keyword in lower case.
    let values: [String: String]
    /// All values of each keyword; `sshd -T` prints a line for each item of `AllowUsers` and
    /// similar lists.
    let lists: [String: [String]]
    /// The options of each authorized key. They are read only if sshd forces no command on the
    /// account, and are `nil` if they cannot be read.
    var keys: [String]?

    /// Parses the output of `sshd -T`.
    init(_ account: Account, output: String) {
        self.account = account
        lists = Dictionary(grouping: sshdKeywords(output), by: \.keyword)
            .mapValues { $0.map(\.value) }
        // sshd uses the first value of a keyword.
        values = lists.compactMapValues(\.first)
    }

    /// The account's name in quotes, for messages.
    var user: String { "'\(account.name)'" }

    /// Asks sshd itself, since only it applies `Match` blocks and includes as it will for a login.
    static func effective(
        for accounts: [Account], _ client: Client, _ deadline: ContinuousClock.Instant
    ) throws -> [SSHDSettings] {
        guard !accounts.isEmpty else {
            throw RequestError(
                .notFound, "no account found that has the helper as its forced command")
        }
        guard ProcessInformation.userID == 0 else {
            throw RequestError(.denied, "sshd shows its settings only to root")
        }
        // Match blocks may depend on addresses.
        let peer = client.peer?.split(separator: " ").first ?? "127.0.0.1"
        return try accounts.map { account in
            let login =
                "user=\(account.name),host=\(peer),addr=\(peer),"
                + "laddr=\(client.hostAddress ?? "127.0.0.1"),lport=22"
            var settings = SSHDSettings(
                account, output: try output(of: ["sshd", "-T", "-C", login], until: deadline))
            if settings.forceCommand == nil { settings.keys = settings.readKeys() }
            return settings
        }
    }

    /// The command line that sshd forces on all logins of the account.
    var forceCommand: String? {
        values["forcecommand"].flatMap { $0 == "none" ? nil : $0 }
    }

    /// How a login runs this helper: by `ForceCommand`, or by the first key's command. `nil` if it
    /// does not, or if one of the keys can be used for something else.
    var invocation: HelperInvocation? { invocations.first }

    /// As above, for each key that has a command line of its own.
    var invocations: [HelperInvocation] {
        if let forceCommand {
            return HelperInvocation(commandLine: forceCommand).map { [$0] } ?? []
        }
        var found: [HelperInvocation] = []
        for key in keys ?? [] {
            guard let command = keyCommand(key).flatMap(HelperInvocation.init(commandLine:)) else {
                return []
            }
            if !found.contains(command) { found.append(command) }
        }
        return found
    }

    private func readKeys() -> [String]? {
        var keys: [String] = []
        for path in keyPaths {
            do throws(RequestError) {
                // Outside of the home directory, keys are root's business.
                let owner = path.hasPrefix(account.home + "/") ? account.id : 0
                keys += keyOptions(try textIfPresent(path, ownedBy: owner) ?? "")
            } catch { return nil }
        }
        return keys
    }

    /// The files that sshd reads keys from.
    var keyPaths: [String] {
        (values["authorizedkeysfile"] ?? ".ssh/authorized_keys").split(separator: " ")
            .filter { $0 != "none" }.map(keysPath)
    }

    /// Expands the tokens of AuthorizedKeysFile, sshd_config(5).
    private func keysPath(_ file: Substring) -> String {
        var path = file.hasPrefix("/") ? "" : account.home + "/"
        var isToken = false
        for character in file {
            switch character {
            case "%" where !isToken:
                isToken = true
                continue
            case "h" where isToken: path += account.home
            case "u" where isToken: path += account.name
            case "U" where isToken: path += "\(account.id)"
            default: path.append(character)  // also the second `%` of `%%`
            }
            isToken = false
        }
        return path
    }

    /// Whether every key forbids something: by the option itself (`no-pty`), or by `restrict`
    /// without the option that permits it again (`pty`).
    func allKeys(have option: String, orRestrictWithout permission: String) -> Bool {
        guard let keys, !keys.isEmpty else { return false }
        return keys.allSatisfy { key in
            let names = splitKeyOptions(key)
            return names.contains(option)
                || names.contains("restrict") && !names.contains(permission)
        }
    }
}
