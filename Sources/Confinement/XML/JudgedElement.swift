import XML

/// An element that was judged, in the form in which it is written anew. Values are normalized.
struct JudgedElement {
    /// As the table spells it, e.g. `libosinfo:os`.
    let name: String
    /// The path that the client used, for messages.
    let shown: String
    private(set) var attributes: [(name: String, value: String)] = []
    var text = ""
    var children: [JudgedElement] = []

    init(_ name: String, shown: String) {
        self.name = name
        self.shown = shown
    }

    subscript(attribute: String) -> String? {
        get { attributes.first { $0.name == attribute }?.value }
        set {
            attributes.removeAll { $0.name == attribute }
            if let newValue { attributes.append((attribute, newValue)) }
        }
    }

    /// The child element that may occur once.
    func child(_ name: String) -> JudgedElement? { children.first { $0.name == name } }

    func has(_ name: String) -> Bool { child(name) != nil }

    /// Adds an element without contents unless there is one.
    mutating func add(_ name: String) {
        if !has(name) { children.append(JudgedElement(name, shown: "\(shown)/\(name)")) }
    }

    /// As XML text, indented by two spaces, with a newline at the end.
    func serialized(indentation: String = "") -> String {
        var opening = "\(indentation)<\(name)"
        if name == "libosinfo:libosinfo" {
            opening += " xmlns:libosinfo='\(libosinfoNamespace)'"
        }
        for (name, value) in attributes { opening += " \(name)='\(Writer.escaped(value))'" }
        if children.isEmpty {
            return text.isEmpty
                ? "\(opening)/>\n" : "\(opening)>\(Writer.escaped(text))</\(name)>\n"
        }
        return children.reduce(into: "\(opening)>\n") {
            $0 += $1.serialized(indentation: indentation + "  ")
        } + "\(indentation)</\(name)>\n"
    }
}

/// The only namespace of the allow-list.
let libosinfoNamespace = "http://libosinfo.org/xmlns/libvirt/domain/1.0"
