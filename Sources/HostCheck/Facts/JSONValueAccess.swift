import Text

// Accessors for nft's output.

extension JSONValue {
    var string: String? { if case .string(let value) = self { value } else { nil } }
    var number: Int64? { if case .number(let digits) = self { Int64(digits) } else { nil } }
    var array: [JSONValue]? { if case .array(let values) = self { values } else { nil } }

    /// An object's only member: nft writes each statement as an object with one member.
    var onlyMember: (name: String, value: JSONValue)? {
        guard case .object(let members) = self, members.count == 1 else { return nil }
        return members[0]
    }
}
