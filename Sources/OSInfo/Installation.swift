import XML

/// An installation medium that the database knows.
package struct InstallMedium {
    private let element: Node
    private let image: Node?
    let id: String

    init(_ element: Node, id: String) {
        self.element = element
        self.id = id
        image = element.child("iso")
    }

    /// E.g. `x86_64`, or `all`.
    package var architecture: String? { element["arch"] }
    /// Where to get it.
    package var url: String? { element.child("url")?.text }
    /// Where the kernel is on it, e.g. `isolinux/vmlinuz`.
    package var kernel: String? { element.child("kernel")?.text }
    package var initrd: String? { element.child("initrd")?.text }
    /// The ids of what can be installed from it, e.g. `server-netinst`.
    package var variants: [String] { element.elements("variant").compactMap { $0["id"] } }
    package var isLive: Bool { element["live"] == "true" }
    /// Whether installation scripts work with it.
    package var supportsScripts: Bool { element["installer-script"] != "false" }
    /// The ids of the installation scripts that are its own.
    package var scripts: [String] { element.scripts }

    // What it is told by: regular expressions, and the volume's size in bytes.
    var volume: String? { image?.child("volume-id")?.text }
    var system: String? { image?.child("system-id")?.text }
    var publisher: String? { image?.child("publisher-id")?.text }
    var application: String? { image?.child("application-id")?.text }
    var volumeSize: Int64? {
        image?.child("volume-size").flatMap { Int64($0.text) }.flatMap { $0 > 0 ? $0 : nil }
    }
}

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
    /// Where it is, e.g. `https://.../os`.
    package var url: String? { element.child("url")?.text }
    package var kernel: String? { element.child("kernel")?.text }
    package var initrd: String? { element.child("initrd")?.text }
    package var bootISO: String? { element.child("boot-iso")?.text }
    /// The ids of what can be installed from it, e.g. `everything`.
    package var variants: [String] { element.elements("variant").compactMap { $0["id"] } }

    // What it is told by: regular expressions on what .treeinfo says.
    var treeInfo: Node? { element.child("treeinfo") }
}

extension Node {
    var scripts: [String] {
        elements("installer").flatMap { $0.elements("script") }.compactMap { $0["id"] }
    }
}
