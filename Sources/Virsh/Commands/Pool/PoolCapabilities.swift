import Libvirt

extension Command {
    /// virsh 9.0.0: `cmdPoolCapabilities` in virsh-pool.c.
    static let poolCapabilities = Command(
        "pool-capabilities", .reads, help: "what kinds of pools the host can have"
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
