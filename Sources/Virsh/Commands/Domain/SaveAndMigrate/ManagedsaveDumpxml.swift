import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdManagedSaveDumpxml` in virsh-domain.c.
    static let managedsaveDumpxml = Command(
        "managedsave-dumpxml", .read, on: .domain,
        help: "print the XML in a domain's managed save image"
    ) { options in
        let domain = options.domain()
        let secure = options.flag("security-info", "include passwords and other secrets", .refused)
        let (xpath, wrap) = options.xpath()

        return { shell, given in
            let domain = try shell.domain(given[domain])
            let expression = try given[xpath]
            let xml = try domain.managedSaveXML(secure: given[secure])
            try shell.print(xml: xml, xpath: expression, wrap: given[wrap])
        }
    }
}
