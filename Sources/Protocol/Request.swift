package import Text

/// One request for a known command, with valid argument names.
package struct Request: Sendable {
    /// The command's name as the client sent it, which may be an older one.
    package let name: String
    let arguments: [JSONMember]
    /// See `RequestObject`.
    package let inputIsBody: Bool

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
