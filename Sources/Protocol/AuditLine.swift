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
    let ellipsis = "..."
    let room = limit - 2  // the quotes
    var result = ""
    // What still fits if the ellipsis has to follow.
    var fitting = ""
    for scalar in text.unicodeScalars {
        result += escaped(scalar)
        guard result.utf8.count <= room else { return "\"\(fitting)\(ellipsis)\"" }
        if result.utf8.count <= room - ellipsis.utf8.count { fitting = result }
    }
    return "\"\(result)\""
}

private func escaped(_ scalar: Unicode.Scalar) -> String {
    if scalar == "\u{7F}" { return "\\u007f" }
    var bytes: [UInt8] = []
    JSONValue.string(String(scalar)).write(to: &bytes)
    return String(decoding: bytes.dropFirst().dropLast(), as: UTF8.self)
}
