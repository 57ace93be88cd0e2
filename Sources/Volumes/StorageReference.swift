import XML

/// A place in a domain's XML that names a file or a volume of the host, e.g. the source of a disk.
struct StorageReference: Hashable {
    enum Target: Hashable {
        case volume(pool: String, name: String)
        /// An absolute path of the domain's host.
        case path(String)
    }

    let target: Target
    /// Whether the domain may change the contents.
    let isWritable: Bool
    /// E.g. `qcow2`; `nil` if none is declared.
    let format: String?

    /// All references of a domain, whatever element has them: a newer libvirt may have elements
    /// that are unknown here.
    static func all(inXML xml: String) throws(XMLError) -> Set<StorageReference> {
        let domain = try Document(parsing: xml).root
        var collector = Collector()
        for child in domain.elements() where !texts.contains(child.name) {
            collector.visit(child, Context())
        }
        return collector.found
    }

    /// Elements for people and programs, which libvirt does not interpret.
    private static let texts: Set<String> = ["name", "title", "description", "metadata"]
}

/// What the elements around a reference say about it.
private struct Context {
    var isWritable = true
    var format: String?
}

private struct Collector {
    var found: Set<StorageReference> = []

    mutating func visit(_ element: Node, _ outer: Context) {
        // The guest's name of a file system.
        if element.name == "target", element.parent?.name == "filesystem" { return }
        let context = context(of: element, outer)
        if let pool = element["pool"], let volume = element["volume"] {
            add(.volume(pool: pool, name: volume), context)
        }
        for attribute in element.attributes {
            // <os><nvram template='...'>: the file that the variables are copied from.
            let isTemplate = attribute.name == "template"
            for path in paths(in: attribute.value, of: element) {
                add(.path(path), isTemplate ? Context(isWritable: false) : context)
            }
        }
        let children = element.elements()
        for child in children { visit(child, context) }
        guard children.isEmpty else { return }
        for path in paths(in: element.text, of: element) { add(.path(path), context) }
    }

    private mutating func add(_ target: StorageReference.Target, _ context: Context) {
        found.insert(
            StorageReference(
                target: target, isWritable: context.isWritable, format: context.format))
    }

    private func context(of element: Node, _ outer: Context) -> Context {
        switch element.name {
        case "disk":
            // libvirt adds <readonly/> to CD-ROM drives only when it parses their XML.
            let isReadOnly =
                element["device"] == "cdrom" || !element.elements("readonly").isEmpty
            return Context(
                isWritable: !isReadOnly, format: element.elements("driver").first?["type"])
        case "filesystem": return Context(isWritable: element.elements("readonly").isEmpty)
        // A file below the disk's own, and the copy that a block job writes.
        case "backingStore", "mirror":
            return Context(
                isWritable: element.name == "mirror",
                format: element.elements("format").first?["type"])
        case "loader": return Context(isWritable: element["readonly"] != "yes")
        case "kernel", "initrd", "dtb", "emulator": return Context(isWritable: false)
        default: return outer
        }
    }

    private func paths(in text: String, of element: Node) -> [String] {
        // Words for QEMU, e.g. <qemu:arg value='if=virtio,file=/images/disk'/>.
        guard element.prefix != nil else { return text.hasPrefix("/") ? [text] : [] }
        return text.split { ",=:\"".contains($0) }.map(String.init).filter { $0.hasPrefix("/") }
    }
}
