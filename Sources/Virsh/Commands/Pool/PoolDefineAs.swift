import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdPoolDefineAs` in virsh-pool.c.
    static let poolDefineAs = Command(
        "pool-define-as", .never, help: "define a pool from options"
    ) { options in
        let description = PoolDescription(&options)

        return { shell, given in
            let (name, xml) = try description.read(given)
            if try given[description.printXML] { return shell.print(xml) }
            let connection = try shell.connection
            _ = try shell.explaining("Failed to define pool \(name)") {
                () throws(LibvirtError) in try connection.defineStoragePool(xml: xml)
            }
            shell.printExtra("Pool \(name) defined")
        }
    }
}
