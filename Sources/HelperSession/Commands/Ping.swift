import Protocol
import Text

extension SessionCommand {
    ///     C: {"cmd": "ping"}
    ///     S: {"success": true, "cmd": "ping", "reply": "atex-virt-helper v1 pong"}
    static let ping = SessionCommand(
        "ping", .reads, isOriginal: true, usesHost: false, group: .looking,
        summary: "answer, to show that the helper works",
        example: "ssh HOST ping"
    ) { _ in
        { _, _ in ["reply": .string("atex-virt-helper v1 pong")] }
    }
}
