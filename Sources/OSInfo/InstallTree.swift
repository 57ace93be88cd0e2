import XML

/// An installation tree that the database knows.
package struct InstallTree {
    private let element: Node
    let id: String

    init(_ element: Node, id: String) {
        self.element = element
        self.id = id
    }

    /// E.g. `x86_64`, or `all`.
    package var architecture: String? { element["arch"] }
    /// Its address, e.g. `https://.../os`.
    package var url: String? { element.child("url")?.text }
    package var kernel: String? { element.child("kernel")?.text }
    package var initrd: String? { element.child("initrd")?.text }
    package var bootISO: String? { element.child("boot-iso")?.text }
    /// The ids of the system's variants that it installs, e.g. `everything`.
    package var variants: [String] { element.elements("variant").compactMap { $0["id"] } }

    /// How it is recognized: regular expressions for the values of a .treeinfo file.
    var treeInfo: Node? { element.child("treeinfo") }
}
