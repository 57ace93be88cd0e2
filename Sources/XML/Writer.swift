/// Writes XML text as libvirt and virsh write it: indented by two spaces, one element per line,
/// attribute values in `'`.
/// libvirt 9.0.0: virbuffer.c, `virXMLFormatElement`.
package struct Writer {
    /// The text so far, e.g. `<pool type='dir'>\n  <name>x</name>\n</pool>\n`.
    package private(set) var text = ""
    private let escapes: Bool
    private var depth = 0

    /// `escaping: false` writes texts and values literally: virsh does not escape everywhere.
    package init(escaping: Bool = true) { escapes = escaping }

    /// Writes an element whose contents `body` writes, with the tags on separate lines. With
    /// `collapsing`, an element without contents becomes `<name/>`. Attributes that are `nil` are
    /// left out.
    package mutating func element<Failure>(
        _ name: String, _ attributes: KeyValuePairs<String, String?> = [:],
        collapsing: Bool = false, _ body: (inout Writer) throws(Failure) -> Void
    ) throws(Failure) {
        var contents = Writer(escaping: escapes)
        contents.depth = depth + 1
        try body(&contents)
        if collapsing, contents.text.isEmpty { return element(name, attributes) }
        text += "\(opening(name, attributes))>\n\(contents.text)\(indentation)</\(name)>\n"
    }

    /// Writes an element without contents: `<name/>`.
    package mutating func element(
        _ name: String, _ attributes: KeyValuePairs<String, String?> = [:]
    ) {
        text += opening(name, attributes) + "/>\n"
    }

    /// Writes an element that contains only text, which may be empty: `<path>/images</path>`.
    package mutating func element(
        _ name: String, _ attributes: KeyValuePairs<String, String?> = [:], text contents: String
    ) {
        text += "\(opening(name, attributes))>\(escaped(contents))</\(name)>\n"
    }

    /// Writes a line literally, only indented; whether it is XML is not checked.
    package mutating func line(_ line: String) { text += "\(indentation)\(line)\n" }

    private var indentation: String { String(repeating: "  ", count: depth) }

    private func opening(
        _ name: String, _ attributes: KeyValuePairs<String, String?>
    ) -> String {
        attributes.reduce(into: "\(indentation)<\(name)") { text, attribute in
            guard let value = attribute.value else { return }
            text += " \(attribute.key)='\(escaped(value))'"
        }
    }

    private func escaped(_ text: String) -> String { escapes ? Self.escaped(text) : text }

    /// Escapes a text for XML; control characters up to U+0019 are dropped.
    /// libvirt 9.0.0: `virBufferEscapeString`, whose list ends there, too.
    package static func escaped(_ text: String) -> String {
        text.unicodeScalars.reduce(into: "") { text, scalar in
            switch scalar {
            case "<": text += "&lt;"
            case ">": text += "&gt;"
            case "&": text += "&amp;"
            case "\"": text += "&quot;"
            case "'": text += "&apos;"
            case "\t", "\n", "\r": text.unicodeScalars.append(scalar)
            case "\u{1}"..."\u{19}": break
            default: text.unicodeScalars.append(scalar)
            }
        }
    }
}
