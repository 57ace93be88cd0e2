/// Writes XML text, indented by two blanks, as libvirt and virsh write it: `'` around values,
/// `<name/>` for an element without contents.
/// libvirt 9.0.0: virbuffer.c, `virXMLFormatElement`.
package struct Writer {
    /// What is written so far, e.g. `<pool type='dir'>\n  <name>x</name>\n</pool>\n`.
    package private(set) var text = ""
    private let escapes: Bool
    private var depth = 0

    /// `escaping: false` leaves texts and values as they are: virsh does not escape everywhere.
    package init(escaping: Bool = true) { escapes = escaping }

    /// An element with contents that `body` writes. An attribute that is `nil` is left out.
    package mutating func element<Failure>(
        _ name: String, _ attributes: KeyValuePairs<String, String?> = [:],
        _ body: (inout Writer) throws(Failure) -> Void
    ) throws(Failure) {
        let start = text.endIndex
        depth += 1
        try body(&self)
        depth -= 1
        let isEmpty = text.endIndex == start
        text.insert(contentsOf: opening(name, attributes) + (isEmpty ? "/>\n" : ">\n"), at: start)
        if !isEmpty { text += "\(indentation)</\(name)>\n" }
    }

    /// An element without contents.
    package mutating func element(
        _ name: String, _ attributes: KeyValuePairs<String, String?> = [:]
    ) {
        text += opening(name, attributes) + "/>\n"
    }

    /// An element that holds only text, be it empty: `<path>/images</path>`.
    package mutating func element(
        _ name: String, _ attributes: KeyValuePairs<String, String?> = [:], text contents: String
    ) {
        text += "\(opening(name, attributes))>\(escaped(contents))</\(name)>\n"
    }

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

    /// A text that stands for itself inside of XML; control characters are lost, as in libvirt.
    /// libvirt 9.0.0: `virBufferEscapeString`.
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
