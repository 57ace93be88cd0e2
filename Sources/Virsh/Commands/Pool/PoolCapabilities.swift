import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdPoolCapabilities` in virsh-pool.c.
    static let poolCapabilities = Command(
        "pool-capabilities", .host, help: "print the types of pools that the host supports",
        description: "an XML document, with the formats and options of each type"
    ) { _ in
        { shell, _ in
            let connection = try shell.connection
            let xml = try shell.explaining("failed to get storage pool capabilities") {
                () throws(LibvirtError) in try connection.storagePoolCapabilities()
            }
            shell.print(xml + "\n")
        }
    }
}
