import Libvirt
import XML

extension Options {
    /// The options of commands that print XML.
    mutating func xpath(
        since first: LibvirtVersion? = nil
    ) -> (expression: Key<String?>, wrap: Key<Bool>) {
        let expression = string(
            "xpath", "print only the nodes that this XPath expression selects",
            as: .textOrSilentFailure, place: .named, since: first)
        return (expression, flag("wrap", "wrap those nodes in one element", since: first))
    }
}

extension Conversion where Value == String {
    /// The word; an empty one fails the command without a message. virsh 9.0.0: a body that ends if
    /// `vshCommandOptStringQuiet` fails.
    static let textOrSilentFailure = Conversion { word, option in
        guard !word.isEmpty || option.mayBeEmpty else { throw CommandFailure.silent }
        return word
    }
}

extension LibvirtVersion {
    /// The first virsh whose `capabilities` and `domcapabilities` have the option `--xpath`.
    static let capabilitiesXPath = LibvirtVersion(9, 1)
    /// The first virsh whose warnings begin with `warning: `, not with `error: `.
    static let warnings = LibvirtVersion(12, 0)
}

extension Shell {
    /// Prints capabilities, or those of their nodes that an expression selects. Before they had
    /// `--xpath`, an empty line followed.
    func print(capabilities xml: String, xpath: String?, wrap: Bool) throws(CommandFailure) {
        let isOld = version < .capabilitiesXPath
        try print(xml: isOld ? xml + "\n" : xml, xpath: xpath, wrap: wrap)
    }

    /// Prints XML, or those of its nodes that an expression selects.
    /// virsh 9.0.0: `virshDumpXML`.
    func print(xml: String, xpath: String?, wrap: Bool) throws(CommandFailure) {
        guard let xpath else { return print(xml) }
        let root: Node
        do throws(XMLError) {
            root = try Document(parsing: xml, keepBlanks: false).root
        } catch {
            LibvirtError(code: .xmlError, message: "XML error: \(error.message)").report()
            throw .silent
        }
        let nodes = try nodes(xpath, of: root)
        if wrap {
            print(Document.wrapping(nodes, in: "nodes") + "\n")
        } else {
            for node in nodes { print(node.serialized(format: true) + "\n") }
        }
    }

    /// The nodes that a user's expression selects. A malformed expression is reported and selects
    /// nothing. libvirt 9.0.0: `virXPathNodeSet`.
    func nodes(_ xpath: String, of root: Node) throws(CommandFailure) -> [Node] {
        let nodes: [Node]?
        do throws(XMLError) {
            nodes = try root.nodeSet(xpath)
        } catch {
            // libxml2 prints this itself in virsh: the message, the expression and a mark under it.
            printRaw(toError: "XPath error : \(error.message)\n")
            if let offset = error.offset, offset < 100 {
                printRaw(
                    toError: "\(xpath)\n\(String(repeating: " ", count: offset))^\n")
            }
            return []
        }
        guard let nodes else {
            LibvirtError(
                code: .internalError, message: "internal error: Incorrect xpath '\(xpath)'"
            ).report()
            throw .silent
        }
        return nodes
    }
}
