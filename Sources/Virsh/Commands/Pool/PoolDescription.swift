import XML

/// The options from which the XML of a pool is generated. virsh 9.0.0: VIRSH_COMMON_OPT_POOL_X_AS.
struct PoolDescription {
    private let name: Key<String>
    private let type: Key<String>
    let printXML: Key<Bool>
    private let sourceHost: Key<String?>
    private let sourcePath: Key<String?>
    private let sourceDevice: Key<String?>
    private let sourceName: Key<String?>
    private let target: Key<String?>
    private let sourceFormat: Key<String?>
    private let authType: Key<String?>
    private let authUsername: Key<String?>
    private let secretUsage: Key<String?>
    private let secretUUID: Key<String?>
    private let adapterName: Key<String?>
    private let adapterWWNN: Key<String?>
    private let adapterWWPN: Key<String?>
    private let adapterParent: Key<String?>
    private let adapterParentWWNN: Key<String?>
    private let adapterParentWWPN: Key<String?>
    private let adapterParentFabricWWN: Key<String?>
    private let protocolVersion: Key<String?>
    private let initiator: Key<String?>

    init(_ options: inout Options) {
        name = options.data("name", "the pool's name")
        type = options.data("type", "its type, e.g. dir, fs, netfs, logical, iscsi")
        printXML = options.flag("print-xml", "print the XML instead of using it")
        sourceHost = options.string("source-host", "host with the storage")
        sourcePath = options.string("source-path", "directory with the storage")
        sourceDevice = options.string("source-dev", "device with the storage")
        sourceName = options.string("source-name", "name of the storage, e.g. a volume group")
        target = options.string("target", "where volumes appear on this host")
        sourceFormat = options.string("source-format", "format of the storage")
        authType = options.string("auth-type", "type of authentication")
        authUsername = options.string("auth-username", "user name for authentication")
        secretUsage = options.string("secret-usage", "usage of the secret for authentication")
        secretUUID = options.string("secret-uuid", "uuid of the secret for authentication")
        adapterName = options.string("adapter-name", "name of the SCSI adapter")
        adapterWWNN = options.string("adapter-wwnn", "node name of the vHBA")
        adapterWWPN = options.string("adapter-wwpn", "port name of the vHBA")
        adapterParent = options.string("adapter-parent", "SCSI host of the vHBA")
        adapterParentWWNN = options.string("adapter-parent-wwnn", "node name of that host")
        adapterParentWWPN = options.string("adapter-parent-wwpn", "port name of that host")
        adapterParentFabricWWN = options.string(
            "adapter-parent-fabric-wwn", "fabric name of that host")
        protocolVersion = options.string("source-protocol-ver", "NFS version for the mount")
        initiator = options.string("source-initiator", "iSCSI initiator to use")
    }

    /// The name and the XML of the pool. virsh 9.0.0: `virshBuildPoolXML`.
    func read(_ given: ParsedOptions) throws -> (name: String, xml: String) {
        try given.exclusive(secretUsage, secretUUID)
        let name = try given[name]
        let type = try given[type]
        let source = try Source(self, given)
        var xml = Writer(escaping: false)
        xml.element("pool", ["type": type]) { xml in
            xml.element("name", text: name)
            source.write(to: &xml)
            if let target = source.target {
                xml.element("target") { $0.element("path", text: target) }
            }
        }
        return (name, xml.text)
    }

    /// The values, read in virsh's order.
    private struct Source {
        let host, path, device, name, format, target: String?
        let authType, authUsername, secretUsage, secretUUID: String?
        let adapterName, wwnn, wwpn: String?
        let parent, parentWWNN, parentWWPN, parentFabricWWN: String?
        let protocolVersion, initiator: String?

        init(_ keys: PoolDescription, _ given: ParsedOptions) throws {
            host = try given[keys.sourceHost]
            path = try given[keys.sourcePath]
            device = try given[keys.sourceDevice]
            name = try given[keys.sourceName]
            format = try given[keys.sourceFormat]
            target = try given[keys.target]
            authType = try given[keys.authType]
            authUsername = try given[keys.authUsername]
            secretUsage = try given[keys.secretUsage]
            secretUUID = try given[keys.secretUUID]
            adapterName = try given[keys.adapterName]
            wwnn = try given[keys.adapterWWNN]
            wwpn = try given[keys.adapterWWPN]
            parent = try given[keys.adapterParent]
            parentWWNN = try given[keys.adapterParentWWNN]
            parentWWPN = try given[keys.adapterParentWWPN]
            parentFabricWWN = try given[keys.adapterParentFabricWWN]
            protocolVersion = try given[keys.protocolVersion]
            initiator = try given[keys.initiator]
        }

        /// Writes the element `source`, unless none of the given options needs it. Some options
        /// only add to it.
        func write(to xml: inout Writer) {
            let required = [host, path, device, initiator, format, name, adapterName]
            guard required.contains(where: { $0 != nil }) || wwnn != nil && wwpn != nil else {
                return
            }
            xml.element("source") { xml in
                if let host { xml.element("host", ["name": host]) }
                if let path { xml.element("dir", ["path": path]) }
                if let device { xml.element("device", ["path": device]) }
                if let initiator {
                    xml.element("initiator") { $0.element("iqn", ["name": initiator]) }
                }
                writeAdapter(to: &xml)
                writeAuthentication(to: &xml)
                if let format { xml.element("format", ["type": format]) }
                if let name { xml.element("name", text: name) }
                if let protocolVersion { xml.element("protocol", ["ver": protocolVersion]) }
            }
        }

        private func writeAdapter(to xml: inout Writer) {
            if let wwnn, let wwpn {
                // The parent may be named in one way only: the first complete one wins.
                let hasPair = parent == nil && parentWWNN != nil && parentWWPN != nil
                xml.element(
                    "adapter",
                    [
                        "type": "fc_host",
                        "parent": parent,
                        "parent_wwnn": hasPair ? parentWWNN : nil,
                        "parent_wwpn": hasPair ? parentWWPN : nil,
                        "parent_fabric_wwn": hasPair || parent != nil ? nil : parentFabricWWN,
                        "wwnn": wwnn,
                        "wwpn": wwpn,
                    ])
            } else if let adapterName {
                xml.element("adapter", ["type": "scsi_host", "name": adapterName])
            }
        }

        private func writeAuthentication(to xml: inout Writer) {
            // An incomplete set of options is ignored, as in virsh.
            guard let authType, let authUsername, secretUsage != nil || secretUUID != nil else {
                return
            }
            xml.element("auth", ["type": authType, "username": authUsername]) {
                $0.element("secret", ["usage": secretUsage, "uuid": secretUUID])
            }
        }
    }
}
