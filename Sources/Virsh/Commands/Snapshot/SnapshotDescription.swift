import XML

/// The values that virsh reads from the XML of a snapshot or a checkpoint. `nil` if the element is
/// missing or empty.
struct SnapshotDescription {
    let state: String?
    /// The parent's name.
    let parent: String?
    /// Seconds since 1970.
    let creationTime: Int64?
    /// Whether it stores memory or a disk in separate files.
    let isExternal: Bool

    init(_ xml: String) throws(XMLError) {
        let root = try Document(parsing: xml).root
        func text(_ path: String) throws(XMLError) -> String? {
            let text = try root.text(path)
            return text == "" ? nil : text
        }
        state = try text("state")
        parent = try text("parent/name")
        creationTime = try text("creationTime").flatMap(signedNumber)
        if try root.nodes("memory").isEmpty {
            isExternal = state == "disk-snapshot"
        } else {
            isExternal = try !root.nodes(
                "memory[@snapshot='external'] | disks/disk[@snapshot='external']"
            ).isEmpty
        }
    }
}
