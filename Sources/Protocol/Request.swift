package import Text

/// One request for a known command, with valid argument names.
package struct Request: Sendable {
    /// The command's name as the client sent it, which may be an older one.
    package let name: String
    let arguments: [JSONMember]
    /// The client's identifier of the request; `nil` if it was not sent.
    package let id: JSONMember?
    /// See `RequestObject`.
    package let inputIsBody: Bool

    /// The line of an event that precedes the reply.
    package func event(
        _ name: String, _ members: [(name: String, value: JSONValue)]
    ) -> JSONValue {
        let head: [(name: String, value: JSONValue)] = [
            ("event", .string(name)), ("cmd", .string(self.name)),
        ]
        return .object(head + members + (id.map { [("id", .encoded($0.source))] } ?? []))
    }

    /// The value of a declared argument; throws if it has the wrong type.
    package subscript<Value>(key: ParameterKey<Value>) -> Value {
        get throws { try key.read(self) }
    }

    /// `nil` if the argument was not sent.
    package subscript(name: String) -> JSONMember? { arguments.first { $0.name == name } }
}

/// The typed key of a declared parameter, which the command reads the argument with.
package struct ParameterKey<Value>: Sendable {
    let read: @Sendable (Request) throws -> Value
}
