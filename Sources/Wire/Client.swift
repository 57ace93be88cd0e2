import Synchronization
import System

/// The client at the other end, as the environment and the client itself describe it.
package final class Client: Sendable {
    /// Address and port of the ssh client; `nil` without ssh.
    package let peer: String?
    /// The address of this host that the ssh client connected to; `nil` without ssh.
    package let hostAddress: String?
    /// The user who called sudo; `nil` without it.
    package let sudoUser: String?
    // Read by the log handler, which any thread may call.
    private let name = Mutex<String?>(nil)

    /// The client of this process, by its environment.
    package convenience init() {
        self.init(
            sshConnection: ProcessInformation.environment("SSH_CONNECTION"),
            sudoUser: ProcessInformation.environment("SUDO_USER"))
    }

    /// `sshConnection` is `ADDRESS PORT ADDRESS PORT`: the client's, then ours.
    package init(sshConnection: String?, sudoUser: String?) {
        let connection = (sshConnection ?? "").split(separator: " ").map(String.init)
        peer = connection.isEmpty ? nil : connection.prefix(2).joined(separator: " ")
        hostAddress = connection.count > 2 ? connection[2] : nil
        self.sudoUser = sudoUser
    }

    /// The name that `setname` gave; `nil` without it.
    package var reservationName: String? {
        get { name.withLock { $0 } }
        set { name.withLock { $0 = newValue } }
    }

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
