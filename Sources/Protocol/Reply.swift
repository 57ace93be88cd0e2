package import Text
package import Wire

/// The reply to one request.
package struct Reply {
    /// The results of a successful command.
    package struct Results: ExpressibleByDictionaryLiteral {
        /// In the order of the reply. A result replaces an argument of the same name.
        package var members: [(name: String, value: JSONValue)]
        /// Writes the bytes that follow the reply's line, exactly as many as the reply announces.
        /// If it throws, the session ends: the client would read the next reply as missing bytes.
        package var body: ((Wire) throws -> Void)?

        package init(dictionaryLiteral elements: (String, JSONValue)...) {
            members = elements.map { (name: $0.0, value: $0.1) }
        }

        /// The result of that name; `nil` if there is none.
        package subscript(name: String) -> JSONValue? { members.last { $0.name == name }?.value }
    }

    /// The members of the request that the reply repeats.
    private let echoed: [(name: String, value: JSONValue)]
    /// Empty if the request failed.
    package let results: Results
    package let error: RequestError?
    /// Whether the line did not name a known command with valid arguments.
    package let isMalformed: Bool
    /// Whether the reply has a member `error` besides `reply`.
    private let includesError: Bool

    init(
        echoed: [(name: String, value: JSONValue)], results: Results, includesError: Bool
    ) {
        self.echoed = echoed
        self.results = results
        error = nil
        isMalformed = false
        self.includesError = includesError
    }

    init(
        echoed: [(name: String, value: JSONValue)], error: RequestError, includesError: Bool,
        isMalformed: Bool = false
    ) {
        self.echoed = echoed
        results = [:]
        self.error = error
        self.isMalformed = isMalformed
        self.includesError = includesError
    }

    /// To a line that does not name a known command with valid arguments.
    static func malformed(
        _ object: RequestObject?, _ kind: RequestError.Kind, _ message: String
    ) -> Reply {
        Reply(
            echoed: object?["id"].map { [("id", .encoded($0.source))] } ?? [],
            error: RequestError(kind, message), includesError: true, isMalformed: true)
    }

    /// Writes the bytes that follow the line; `nil` if there are none.
    package var body: ((Wire) throws -> Void)? { results.body }

    /// What is sent instead of a reply that is too long. It fits: JSON needs at most six bytes for
    /// two of the request's.
    private var tooLong: Reply {
        let message =
            "the reply would have more than \(Wire.replyLimit) bytes; ask for less at a time"
        return Reply(
            echoed: echoed, error: RequestError(.badRequest, message),
            includesError: includesError, isMalformed: isMalformed)
    }

    /// Writes the line, or an error instead if it is too long; and then the body, if there is one,
    /// and unless the caller writes that. Returns whether the reply itself was sent. Throws a
    /// `BrokenBody` if the body ends too early.
    package func write(to wire: Wire, includingBody: Bool = true) throws -> Bool {
        let isWritten: Bool
        if includingBody, let body {
            isWritten = try wire.write(json) {
                do { try body(wire) } catch {
                    throw BrokenBody(
                        message: "the bytes after the reply end too early: "
                            + RequestError(error).message)
                }
            }
        } else {
            isWritten = try wire.write(json)
        }
        if !isWritten { try wire.write(tooLong.json) }
        return isWritten
    }

    /// The line on the wire.
    package var json: JSONValue {
        guard let error else {
            return .object([("success", .bool(true))] + echoed + results.members)
        }
        // `error` comes last: older clients know only the members before it.
        var members = [("success", .bool(false))] + echoed
        members.append(("reply", .string(error.message)))
        if includesError { members.append(("error", error.json)) }
        return .object(members)
    }
}
