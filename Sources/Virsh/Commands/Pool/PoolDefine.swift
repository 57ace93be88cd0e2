import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdPoolDefine` in virsh-pool.c.
    static let poolDefine = fromFile(
        "pool-define", .never, help: "define a pool or change its definition, from XML",
        file: "file with the XML of a pool",
        schema: "check the XML against the schema",
        failing: { "Failed to define pool from \($0)" },
        making: { (connection, xml, validate) throws(LibvirtError) in
            try connection.defineStoragePool(xml: xml, validate ? .validate : [])
        },
        saying: { _, pool, path in
            "Pool \(try pool.name()) defined from \(path)"
        })
}
