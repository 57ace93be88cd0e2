import Libvirt

extension Command {
    /// virsh 9.0.0: `cmdPoolDefine` in virsh-pool.c.
    static let poolDefine = Command(
        "pool-define", .changes, help: "define or change a pool as a file describes it"
    ) { options in
        let file = options.data("file", "file with the description of a pool")
        let validate = options.flag("validate", "check the description against the schema")

        return { shell, given in
            let file = try given[file]
            let isValidated = try given[validate]
            let xml = try shell.text(ofFile: file)
            let connection = try shell.connection
            let name = try shell.explaining("Failed to define pool from \(file)") {
                () throws(LibvirtError) in
                try connection.defineStoragePool(xml: xml, isValidated ? .validate : []).name()
            }
            shell.printExtra("Pool \(name) defined from \(file)")
        }
    }
}
