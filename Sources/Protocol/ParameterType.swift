/// The type of an argument.
package enum ParameterType: Hashable, Sendable {
    case string
    case stringList
    case boolean
    /// A length of bytes that follow the request.
    case byteCount
    /// A size that a file can have, as a number or as a string of digits.
    case fileSize
    case seconds
    case port
    /// One of these words.
    case choice([String])

    /// As `help` describes it, and error messages: `argument 'x' must be a string`.
    package var text: String {
        switch self {
        case .string: "string"
        case .stringList: "list of strings without NUL"
        case .boolean: "true or false"
        case .byteCount: "number of bytes"
        case .fileSize: "number of bytes, from 0 to \(Int64.max)"
        case .seconds: "number of seconds, 0 or more"
        case .port: "port number, from 1 to 65535"
        case .choice(let words): "string: " + words.joined(separator: " or ")
        }
    }

    /// Goes before `text` in a sentence.
    var article: String { self == .boolean ? "" : "a " }
}

/// One parameter of a command.
package struct Parameter: Sendable {
    package let name: String
    package let type: ParameterType
    package let isRequired: Bool
    package let meaning: String
    /// Whether the original helper does not know it.
    let isExtension: Bool
}
