import Protocol
import Text

extension SessionCommand {
    ///     C: {"cmd": "reserve", "wait": 600, "background": true, "id": 7}
    ///     C: {"cmd": "cancel", "request": 7, "id": 8}
    ///     S: {"success": true, "cmd": "cancel", "request": 7, "id": 8}
    ///     S: {"success": false, "cmd": "reserve", "wait": 600, "background": true, "id": 7,
    ///         "reply": "the request was cancelled; ...", "error": {"kind": "cancelled"}}
    static let cancel = SessionCommand(
        "cancel", .reads, usesHost: false, group: .administration,
        summary: "end a background request and revert its unfinished changes",
        example: "{\"cmd\": \"cancel\", \"request\": 7}"
    ) { parameters in
        let id = parameters.any("request", "the 'id' of the background request")

        return { session, request in
            let id = try request[id]
            guard BackgroundRequests.isPossible(id) else {
                throw RequestError(
                    .notFound,
                    "no background request has an id of more than \(BackgroundRequests.idLimit) "
                        + "bytes")
            }
            guard session.background.cancel(id.value) else {
                throw RequestError(
                    .notFound,
                    "no background request with id \(id.source) can be cancelled: there is none, or "
                        + "it has just ended")
            }
            return [:]
        }
    }
}
