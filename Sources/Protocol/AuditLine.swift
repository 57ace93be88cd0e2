import Text

/// One line of the audit log, in the format of atex-virt-helper-roles(5).
///
/// The first fields say who the session is. Texts are JSON strings in ASCII, so that no text can
/// end a line or begin a field.
struct AuditLine {
    private var text: String

    /// `identity` is the text that `identityFields` returned.
    init(_ identity: String) { text = identity }

    /// The fields that all lines of a session begin with.
    static func identityFields(
        identity: String, role: String, peer: String?, user: String?, session: Int32
    ) -> String {
        var line = AuditLine("audit: v=1")
        line.add("identity", text: identity, limit: 80)
        line.add("role", text: role, limit: 80)
        // The environment is the administrator's, but a line must fit whatever is in it.
        line.add("peer", text: peer ?? "", limit: 80)
        line.add("user", text: user ?? "", limit: 80)
        line.add("session", "\(session)")
        return line.text
    }

    /// A word of ours or a number.
    mutating func add(_ name: String, _ value: String) { text += " \(name)=\(value)" }

    /// A text, which is cut if its JSON has more bytes than `limit`.
    mutating func add(_ name: String, text value: String, limit: Int) {
        add(name, quoted(value, limit: limit))
    }

    /// The line with the arguments as its last field, cut to fit into `limit` bytes.
    func text(arguments: String, limit: Int) -> String {
        let name = " args="
        let room = limit - text.utf8.count - name.utf8.count
        return room < 5 ? text : text + name + quoted(arguments, limit: room)
    }

    var withoutArguments: String { text }
}

/// A JSON string in ASCII of at most `limit` bytes, which is at least 5; a text that is cut ends in
/// `...`.
private func quoted(_ text: String, limit: Int) -> String {
    // Most texts need no escapes, as a look at their bytes shows faster than one at each character.
    let isPlain = text.utf8.allSatisfy {
        0x20 <= $0 && $0 < 0x7F && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\")
    }
    if isPlain, text.utf8.count + 2 <= limit { return "\"" + text + "\"" }
    let quote = UInt8(ascii: "\"")
    let ellipsis = Array("...".utf8)
    var bytes = [quote]
    // The length up to which the ellipsis and a quote still fit.
    var fitting = 1
    for scalar in text.unicodeScalars {
        append(scalar, to: &bytes)
        guard bytes.count < limit else {
            bytes.removeSubrange(fitting...)
            bytes += ellipsis
            break
        }
        if bytes.count + ellipsis.count < limit { fitting = bytes.count }
    }
    bytes.append(quote)
    return String(decoding: bytes, as: UTF8.self)
}

private func append(_ scalar: Unicode.Scalar, to bytes: inout [UInt8]) {
    switch scalar {
    case "\"", "\\": bytes += [UInt8(ascii: "\\"), UInt8(truncatingIfNeeded: scalar.value)]
    case " "..."~": bytes.append(UInt8(truncatingIfNeeded: scalar.value))
    case "\u{7F}": bytes += "\\u007f".utf8
    default:
        var json: [UInt8] = []
        JSONValue.string(String(scalar)).write(to: &json)
        bytes += json.dropFirst().dropLast()
    }
}
