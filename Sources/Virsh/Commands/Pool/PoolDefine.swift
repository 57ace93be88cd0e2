import Libvirt

extension Command {
    /// virsh 9.0.0: `cmdPoolDefine` in virsh-pool.c.
    static let poolDefine = fromFile(
        "pool-define", help: "define or change a pool as a file describes it",
        file: "file with the description of a pool",
        schema: "check the description against the schema",
        failing: { "Failed to define pool from \($0)" },
        making: { (connection, xml, validate) throws(LibvirtError) in
            try connection.defineStoragePool(xml: xml, validate ? .validate : [])
        },
        saying: { _, pool, path in
            "Pool \(try pool.name()) defined from \(path)"
        })
}
