import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdSnapshotDumpXML` in virsh-snapshot.c.
    static let snapshotDumpxml = Command(
        "snapshot-dumpxml", .read, on: [.domain, .snapshot], help: "print the XML of a snapshot"
    ) { options in
        let domain = options.domain()
        let name = options.data("snapshotname", "the snapshot's name", names: .snapshot)
        let secure = options.flag("security-info", "include passwords", .refused)
        let (xpath, wrap) = options.xpath()

        return { shell, given in
            let name = try given[name]
            let snapshot = try shell.domain(given[domain]).snapshot(name: name)
            let xpath = try given[xpath]
            let xml = try snapshot.xml(given[secure] ? .secure : [])
            try shell.print(xml: xml, xpath: xpath, wrap: given[wrap])
        }
    }
}
