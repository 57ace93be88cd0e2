import Libvirt

extension Command {
    /// virsh 9.0.0: `cmdNWFilterDefine` in virsh-nwfilter.c.
    static let nwfilterDefine = Command(
        "nwfilter-define", .changes, help: "define a network filter, or change its definition"
    ) { options in
        let file = options.data("file", "file with its XML")
        let validate = options.flag("validate", "check the XML against the schema")

        return { shell, given in
            let path = try given[file]
            let validate = try given[validate]
            let xml = try shell.text(ofFile: path)
            let connection = try shell.connection
            let filter = try shell.explaining("Failed to define network filter from \(path)") {
                () throws(LibvirtError) in
                try connection.defineNetworkFilter(xml: xml, validate: validate)
            }
            shell.printExtra("Network filter \(try filter.name()) defined from \(path)")
        }
    }
}
