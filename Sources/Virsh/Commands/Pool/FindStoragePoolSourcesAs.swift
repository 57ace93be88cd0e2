import Policy
import XML

extension Command {
    /// virsh 9.0.0: `cmdPoolDiscoverSourcesAs` in virsh-pool.c.
    static let findStoragePoolSourcesAs = Command(
        "find-storage-pool-sources-as", .never,
        help: "find sources for pools, as specified by options"
    ) { options in
        let type = options.data("type", "type of pool to find sources for")
        let host = options.string("host", "host to query")
        let port = options.string("port", "its port")
        let initiator = options.string("initiator", "iSCSI initiator to use")

        return { shell, given in
            let type = try given[type]
            let host = try given[host]
            let initiator = try given[initiator]
            // virsh uses the other options only together with a host.
            guard let host else { return try shell.printSources(type, nil) }
            let number: String?
            do {
                number = try given[port]
            } catch let failure as CommandFailure {
                throw failure.adding("missing argument")
            }
            var xml = Writer(escaping: false)
            xml.element("source") { xml in
                xml.element("host", ["name": host, "port": number])
                if let initiator {
                    xml.element("initiator") { $0.element("iqn", ["name": initiator]) }
                }
            }
            try shell.printSources(type, xml.text)
        }
    }
}
