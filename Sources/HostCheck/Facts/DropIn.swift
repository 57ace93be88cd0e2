import Protocol
import System

/// A section of a configuration file of ssh or sshd that forces this helper on its users: by
/// `ForceCommand`, or by keys with `command=` that only root can write.
struct DropIn: Hashable, Sendable {
    let path: String
    /// The users and groups of its `Match` line; both empty outside of a `Match`.
    var users: [String] = []
    var groups: [String] = []

    /// Whether its `Match` line names the account or one of its groups, or it has no `Match` line.
    func applies(to account: Account) -> Bool {
        users.contains(account.name) || groups.contains(where: account.groups.contains)
            || users.isEmpty && groups.isEmpty
    }

    static let directory = "/etc/ssh/sshd_config.d"
    /// Where only root can write the keys of accounts, so that each key can have a role.
    static let keyDirectory = "/etc/atex-virt-helper/keys"

    /// All sections of this host that can be read. The ssh client's files are searched as well: a
    /// drop-in that was put there has no effect.
    static func all() -> [DropIn] {
        var found: [DropIn] = []
        for directory in [directory, "/etc/ssh/ssh_config.d"] {
            do throws(RequestError) {
                for name in try names(in: directory) {
                    do throws(RequestError) {
                        let path = "\(directory)/\(name)"
                        found += Self.all(path, try text(of: path))
                    } catch { continue }
                }
            } catch { continue }
        }
        for path in ["/etc/ssh/sshd_config", "/etc/ssh/ssh_config"] {
            do throws(RequestError) { found += all(path, try text(of: path)) } catch { continue }
        }
        return found
    }

    /// The sections of one file.
    static func all(_ path: String, _ text: String) -> [DropIn] {
        var found: [DropIn] = []
        var current = DropIn(path: path)
        for (keyword, value) in sshdKeywords(text) {
            if keyword == "match" {
                current = DropIn(path: path)
                let words = value.filter { $0 != "\"" }.split(separator: " ").map(String.init)
                // Criteria and values alternate: `User alice,bob Group atex`.
                for (criterion, value) in zip(words, words.dropFirst()) {
                    let names = value.split(separator: ",").map(String.init)
                    if criterion.lowercased() == "user" { current.users += names }
                    if criterion.lowercased() == "group" { current.groups += names }
                }
            } else if keyword == "forcecommand" && HelperInvocation(commandLine: value) != nil
                || keyword == "authorizedkeysfile" && value.contains(keyDirectory)
            {
                found.append(current)
            }
        }
        return found
    }
}

/// The keywords of a configuration file of sshd, in lower case as `sshd -T` prints them, and their
/// values.
func sshdKeywords(_ text: String) -> [(keyword: String, value: String)] {
    text.split(whereSeparator: \.isNewline).compactMap { line in
        let line = line.drop { $0.isWhitespace }
        guard let first = line.first, first != "#" else { return nil }
        // sshd accepts `Keyword value` and `Keyword=value`.
        let keyword = line.prefix { !$0.isWhitespace && $0 != "=" }
        let value = line.dropFirst(keyword.count).drop { $0.isWhitespace || $0 == "=" }
        return (keyword.lowercased(), value.split(separator: "\t").joined(separator: " "))
    }
}
