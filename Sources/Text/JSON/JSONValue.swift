/// A JSON value. Objects keep the order of their members and repeated names, and numbers keep
/// their text, because no Swift type holds every JSON number.
package indirect enum JSONValue: Sendable {
    case null
    case bool(Bool)
    /// A number by its JSON text, e.g. `-1.5e3`.
    case number(String)
    case string(String)
    case array([JSONValue])
    case object([(name: String, value: JSONValue)])
    /// Text that is valid JSON already, written unchanged.
    case encoded(String)

    package static func integer(_ value: Int64) -> JSONValue { .number(String(value)) }

    /// A time, written to the millisecond.
    package static func seconds(_ value: Double) -> JSONValue { .number(fixed(value, 3)) }

    /// The first member of that name; `nil` if there is none, or if this is not an object.
    package subscript(name: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.name == name }?.value
    }

    package var isNull: Bool {
        guard case .null = self else { return false }
        return true
    }
}

extension JSONValue: Equatable {
    /// Compares numbers by their text and objects with the order of their members.
    package static func == (left: JSONValue, right: JSONValue) -> Bool {
        switch (left, right) {
        case (.null, .null): true
        case (.bool(let left), .bool(let right)): left == right
        case (.number(let left), .number(let right)): left == right
        case (.string(let left), .string(let right)): left == right
        case (.encoded(let left), .encoded(let right)): left == right
        case (.array(let left), .array(let right)): left == right
        case (.object(let left), .object(let right)):
            left.elementsEqual(right) { $0.name == $1.name && $0.value == $1.value }
        default: false
        }
    }
}

/// One member of an object, with the source text of its value.
package struct JSONMember: Sendable {
    package let name: String
    package let value: JSONValue
    /// The value as the sender wrote it.
    package let source: String
}

/// Why a text is not valid JSON.
package struct JSONError: Error, Hashable, Sendable {
    /// In lower case and without a full stop, e.g. `expected a value at byte 7`.
    package let message: String
}
