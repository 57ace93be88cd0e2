import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdPoolCreateAs` in virsh-pool.c.
    static let poolCreateAs = Command(
        "pool-create-as", .never, help: "create and start a transient pool from options"
    ) { options in
        let description = PoolDescription(&options)
        let build = BuildOptions(&options)

        return { shell, given in
            let flags = try build.flags(given)
            let (name, xml) = try description.read(given)
            if try given[description.printXML] { return shell.print(xml) }
            let connection = try shell.connection
            _ = try shell.explaining("Failed to create pool \(name)") {
                () throws(LibvirtError) in try connection.createStoragePool(xml: xml, flags)
            }
            shell.printExtra("Pool \(name) created")
        }
    }
}
