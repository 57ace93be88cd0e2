package import Text

/// Why a line is not a request.
package struct MalformedRequest: Error {
    package let message: String

    package init(message: String) { self.message = message }
}

/// The JSON object of one request line.
package struct RequestObject: Sendable {
    /// In the order of the line, without repeated names.
    package let members: [JSONMember]
    /// Whether the rest of the input is its body: a command in words. Then the body's length may
    /// be `null`, which means up to the end of the input.
    package let inputIsBody: Bool

    package init(
        line: some Collection<UInt8>, inputIsBody: Bool = false
    ) throws(MalformedRequest) {
        self.inputIsBody = inputIsBody
        // Not replaced by U+FFFD: the reply must repeat the arguments unchanged.
        guard let text = String(validating: line, as: UTF8.self) else {
            throw MalformedRequest(message: "the line is not UTF-8")
        }
        // The parser rejects it too, but a person cannot see what is wrong at byte 0.
        guard text.unicodeScalars.first != "\u{FEFF}" else {
            throw MalformedRequest(
                message: "the line is not valid JSON: it begins with a byte order mark")
        }
        let members: [JSONMember]?
        do throws(JSONError) { members = try JSONParser.members(of: text) } catch {
            throw MalformedRequest(message: "the line is not valid JSON: \(error.message)")
        }
        guard let members else {
            throw MalformedRequest(message: "the line is valid JSON but not an object")
        }
        self.members = members
    }

    package subscript(name: String) -> JSONMember? { members.last { $0.name == name } }
}
