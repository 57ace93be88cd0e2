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
    /// The address of the image.
    package var url: String? { element.child("url")?.text }
    /// The path of its kernel, e.g. `isolinux/vmlinuz`.
    package var kernel: String? { element.child("kernel")?.text }
    package var initrd: String? { element.child("initrd")?.text }
    /// The ids of the system's variants that it installs, e.g. `server-netinst`.
    package var variants: [String] { element.elements("variant").compactMap { $0["id"] } }
    package var isLive: Bool { element["live"] == "true" }
    /// Whether installation scripts work with it.
    package var supportsScripts: Bool { element["installer-script"] != "false" }
    /// The ids of its own installation scripts; empty if it uses those of the system.
    package var scripts: [String] { element.scripts }

    // How it is recognized: regular expressions for the fields of the volume descriptor, and the
    // volume's size in bytes.
    var volume: String? { image?.child("volume-id")?.text }
    var system: String? { image?.child("system-id")?.text }
    var publisher: String? { image?.child("publisher-id")?.text }
    var application: String? { image?.child("application-id")?.text }
    var volumeSize: Int64? {
        image?.child("volume-size").flatMap { Int64($0.text) }.flatMap { $0 > 0 ? $0 : nil }
    }
}

extension Node {
    /// The ids of the installation scripts that an element names.
    var scripts: [String] {
        elements("installer").flatMap { $0.elements("script") }.compactMap { $0["id"] }
    }
}
