import Libvirt
import XML

extension Conversion where Value == String {
    /// The word; an empty one fails without words. virsh 9.0.0: `vshCommandOptStringQuiet`.
    static let quiet = Conversion { word, option in
        guard !word.isEmpty || option.mayBeEmpty else { throw CommandFailure.silent }
        return word
    }
}

extension Options {
    /// `--xpath`, of all commands that dump a description.
    mutating func xpath() -> Key<String?> {
        string(
            "xpath", "only the nodes that this XPath expression selects", as: .quiet,
            positional: false)
    }

    /// `--wrap`, which goes with `xpath()`.
    mutating func wrap() -> Key<Bool> {
        flag("wrap", "put the selected nodes into one element")
    }
}

extension Shell {
    /// Prints a description, or what an expression selects of it. virsh 9.0.0: `virshDumpXML`.
    func print(xml: String, xpath: String?, wrap: Bool) throws {
        guard let xpath else { return print(xml) }
        let document = try Document(parsing: xml, keepBlanks: false)
        let nodes: [Node]
        switch document.evaluate(xpath) {
        case .nodes(let selected): nodes = selected
        case .invalid: nodes = []
        case .value:
            LibvirtError(
                code: .internalError, message: "internal error: Incorrect xpath '\(xpath)'"
            ).report()
            throw CommandFailure.silent
        }
        if wrap {
            print(document.serialized(nodes, in: "nodes") + "\n")
        } else {
            for node in nodes { print(node.serialized(format: true) + "\n") }
        }
    }
}
