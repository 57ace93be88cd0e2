import Host
import Synchronization

/// Who is at the other end, as far as the environment and the client itself tell.
package final class Client: Sendable {
    /// Address and port of the other end; `nil` without ssh.
    package let peer: String?
    /// The address of this host at which that end reached it; `nil` without ssh.
    let hostAddress: String?
    /// Who called sudo; `nil` without it.
    package let sudoUser: String?
    private let name = Mutex<String?>(nil)

    package init() {
        // "ADDRESS PORT ADDRESS PORT": theirs, then ours.
        let connection = (ProcessInformation.environment("SSH_CONNECTION") ?? "")
            .split(separator: " ").map(String.init)
        peer = connection.isEmpty ? nil : connection.prefix(2).joined(separator: " ")
        hostAddress = connection.count > 2 ? connection[2] : nil
        sudoUser = ProcessInformation.environment("SUDO_USER")
    }

    /// The name that others see in `reservations`, once the client gave one.
    var reservationName: String? {
        get { name.withLock { $0 } }
        set { name.withLock { $0 = newValue } }
    }

    /// Text behind each log line, e.g. ` [192.0.2.1 50022, user tester, name ci]`.
    package var logSuffix: String {
        let parts = [
            peer, sudoUser.map { "user \($0)" }, reservationName.map { "name \($0)" },
        ].compactMap { $0 }
        return parts.isEmpty ? "" : " [\(parts.joined(separator: ", "))]"
    }
}
