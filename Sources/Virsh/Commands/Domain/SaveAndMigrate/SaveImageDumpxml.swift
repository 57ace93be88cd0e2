import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdSaveImageDumpxml` in virsh-domain.c.
    static let saveImageDumpxml = Command(
        "save-image-dumpxml", .never, help: "print the XML in a saved state"
    ) { options in
        let file = options.data("file", "file with the saved state, on the host")
        let secure = options.flag("security-info", "include passwords and other secrets")
        let (xpath, wrap) = options.xpath()

        return { shell, given in
            let path = try given[file]
            let expression = try given[xpath]
            let xml = try shell.connection.savedXML(in: path, secure: given[secure])
            try shell.print(xml: xml, xpath: expression, wrap: given[wrap])
        }
    }
}
