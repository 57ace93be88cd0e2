import Policy
import Protocol
import System
import Text
import Wire

extension SessionCommand {
    ///     C: {"cmd": "setname", "name": "ci-run-7"}
    ///     S: {"success": true, "cmd": "setname", "name": "ci-run-7"}
    static let setname = SessionCommand(
        "setname", .reads, isOriginal: true, usesHost: false, group: .administration,
        summary: "set the name that others see in reservations",
        example: "ssh HOST setname name=ci-7"
    ) { parameters in
        let name = parameters.string("name", "the first 15 bytes are shown")

        return { session, request in
            let name = try request[name]
            let scalars = name.unicodeScalars
            guard !scalars.allSatisfy(\.properties.isWhitespace) else {
                throw RequestError(.badRequest, "name must not be empty")
            }
            guard !scalars.contains("\0") else {
                throw RequestError(.badRequest, "name must not have a NUL character")
            }
            guard !looksLikeState(name) else {
                throw RequestError(.badRequest, "name must not look like a state")
            }
            // The identity of a role stays in front, whatever name the client adds.
            let shown = session.policy.identity.map { "\($0) \(name)" } ?? name
            try ProcessInformation.setName(shortened(shown))
            // The log and `reservations` show more than the 15 bytes that the kernel keeps.
            session.client.reservationName = name
            session.reservations.record.update()
            return [:]
        }
    }
}

/// The first 15 bytes, which are all that the kernel keeps, cut between characters.
func shortened(_ name: String) -> String { name.cut(toBytes: 15) }

/// Whether others could take a name for a state that `reservations` shows, as far as the kernel
/// keeps the name.
private func looksLikeState(_ name: String) -> Bool {
    let visible = String(name.drop(while: \.isWhitespace))
    let states = ["(free)", "(reserved for", "(empty name)", "(pid ", "(unusable lo"]
    return states.contains(where: visible.hasPrefix)
}
