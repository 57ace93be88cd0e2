/// The type of an argument.
package enum ParameterType: Hashable, Sendable {
    case string
    /// In words, all words of the command.
    case stringList
    /// In words, one per line.
    case texts
    case boolean
    /// A length of bytes that follow the request.
    case byteCount
    /// A size that a file can have, as a number or as a string of digits.
    case fileSize
    case seconds
    case port
    case ports
    case integer(ClosedRange<Int>)
    /// Any JSON value.
    case json
    /// One of these words.
    case choice([String])
    /// A name, or `true` for all.
    case nameOrTrue

    /// As `help` describes it, and error messages: `argument 'x' must be a string`.
    package var text: String {
        switch self {
        case .string: "string"
        case .stringList, .texts: "list of strings without NUL"
        case .boolean: "true or false"
        case .byteCount: "number of bytes"
        case .fileSize: "number of bytes, from 0 to \(Int64.max)"
        case .seconds: "number of seconds, 0 or more"
        case .port: "port number, from 1 to 65535"
        case .ports: "list of port numbers, from 1 to 65535"
        case .integer(let range): "whole number, from \(range.lowerBound) to \(range.upperBound)"
        case .json: "JSON value of any type"
        case .nameOrTrue: "name, or true"
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
