import Protocol
import System
import Text
import Wire

extension SessionCommand {
    ///     C: {"cmd": "whoami"}
    ///     S: {"success": true, "cmd": "whoami", "identity": "ci-17", "peer": "192.0.2.7 50022",
    ///         "user": "tester", "uid": 0, "restrictions": {}}
    static let whoami = SessionCommand(
        "whoami", group: .looking,
        summary: "show how the host identifies this session",
        example: "ssh HOST whoami"
    ) { _ in
        { session, _ in
            [
                // The name that others see in `reservations`.
                "identity": .string(try ProcessInformation.name(of: ProcessInformation.id) ?? ""),
                "peer": session.client.peer.map { .string($0) } ?? .null,
                "user": session.client.sudoUser.map { .string($0) } ?? .null,
                "uid": .integer(Int64(ProcessInformation.userID)),
                // No confinement exists that could be in force.
                "restrictions": .object([]),
            ]
        }
    }
}
