/// A JSON value in the output of nft.
indirect enum NFTablesJSON: Decodable, Hashable {
    case string(String)
    case number(Int64)
    case array([NFTablesJSON])
    case object([String: NFTablesJSON])
    /// `null`, or a value that no rule compares with a packet.
    case other

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        func attempt<Value: Decodable>(_ type: Value.Type) -> Value? {
            do { return try container.decode(type) } catch { return nil }
        }
        if let object = attempt([String: NFTablesJSON].self) {
            self = .object(object)
        } else if let array = attempt([NFTablesJSON].self) {
            self = .array(array)
        } else if let string = attempt(String.self) {
            self = .string(string)
        } else if let number = attempt(Int64.self) {
            self = .number(number)
        } else {
            self = .other
        }
    }

    var string: String? { if case .string(let value) = self { value } else { nil } }
    var number: Int64? { if case .number(let value) = self { value } else { nil } }
    var array: [NFTablesJSON]? { if case .array(let value) = self { value } else { nil } }

    subscript(name: String) -> NFTablesJSON? {
        if case .object(let members) = self { members[name] } else { nil }
    }

    /// The name and value of an object's only member: nft writes each statement as such an object.
    var onlyMember: (String, NFTablesJSON)? {
        guard case .object(let members) = self, members.count == 1 else { return nil }
        return members.first.map { ($0.key, $0.value) }
    }
}
