import Synchronization
import System
import Text

/// The client at the other end, as the environment and the client itself describe it.
package final class Client: Sendable {
    /// Address and port of the ssh client; `nil` without ssh.
    package let peer: String?
    /// The address of this host that the ssh client connected to; `nil` without ssh.
    package let hostAddress: String?
    /// The port of this host that the ssh client connected to; `nil` without ssh.
    package let hostPort: String?
    /// The user who called sudo; `nil` without it.
    package let sudoUser: String?
    // Read by the log handler, which any thread may call.
    private let name = Mutex<String?>(nil)
    // Looked up once: each reservation is recorded with it, and the C library reads files for it.
    private let account = Mutex<String?>(nil)

    /// The client of this process, by its environment.
    package convenience init() {
        self.init(
            sshConnection: ProcessInformation.environment("SSH_CONNECTION"),
            sudoUser: ProcessInformation.environment("SUDO_USER"))
    }

    /// `sshConnection` is `ADDRESS PORT ADDRESS PORT`: the client's, then ours.
    package init(sshConnection: String?, sudoUser: String?) {
        let connection = (sshConnection ?? "").split(separator: " ").map(String.init)
        peer = connection.isEmpty ? nil : Self.kept(connection.prefix(2).joined(separator: " "))
        hostAddress = connection.count > 2 ? connection[2] : nil
        hostPort = connection.count > 3 ? connection[3] : nil
        self.sudoUser = sudoUser.map(Self.kept)
    }

    /// The user who called sudo, or else the one who runs this process.
    package var user: String {
        if let sudoUser { return sudoUser }
        return account.withLock { account in
            let name =
                account ?? ProcessInformation.user()?.name ?? "user \(ProcessInformation.userID)"
            account = name
            return name
        }
    }

    /// The beginning of the name that `setname` gave; `nil` without it.
    package var reservationName: String? {
        get { name.withLock { $0 } }
        set { name.withLock { $0 = newValue.map(Self.kept) } }
    }

    /// What is kept of a text, in bytes. Other sessions read it in small files and messages.
    package static let textLimit = 256

    private static func kept(_ text: String) -> String { text.cut(toBytes: textLimit) }

    /// The end of each log line, e.g. ` [192.0.2.1 50022, user tester, name ci]`. The client chose
    /// the name, so it cannot contain what ends it or begins another entry.
    package var logSuffix: String {
        let parts = [
            peer, sudoUser.map { "user \($0)" }, reservationName.map { "name \(logged($0))" },
        ].compactMap { $0 }
        return parts.isEmpty ? "" : " [\(parts.joined(separator: ", "))]"
    }
}

/// The first characters of a name, with `[`, `]`, `,` and backslashes escaped: `]` becomes `\x5d`.
private func logged(_ name: String) -> String {
    let limit = 64
    let scalars = name.unicodeScalars
    let text = scalars.prefix(limit).map { scalar in
        "[],\\".unicodeScalars.contains(scalar)
            ? "\\x" + String(scalar.value, radix: 16) : String(scalar)
    }.joined()
    return scalars.dropFirst(limit).isEmpty ? text : text + "..."
}
