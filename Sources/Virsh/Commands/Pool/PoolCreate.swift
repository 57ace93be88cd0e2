import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdPoolCreate` in virsh-pool.c.
    static let poolCreate = Command(
        "pool-create", .never, help: "create and start a transient pool from XML"
    ) { options in
        let file = options.data("file", "file with the XML of a pool")
        let build = BuildOptions(&options)

        return { shell, given in
            let file = try given[file]
            let flags = try build.flags(given)
            let xml = try shell.text(ofFile: file)
            let connection = try shell.connection
            let name = try shell.explaining("Failed to create pool from \(file)") {
                () throws(LibvirtError) in
                try connection.createStoragePool(xml: xml, flags).name()
            }
            shell.printExtra("Pool \(name) created from \(file)")
        }
    }
}
