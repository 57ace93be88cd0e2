import Confinement
import Libvirt
import Policy
import XML

extension Command {
    /// virsh 9.0.0: `cmdVolCreateAs` in virsh-volume.c.
    static let volCreateAs = Command(
        "vol-create-as", .storage, on: .pool, help: "create a volume from options"
    ) { options in
        let pool = options.pool("pool name")
        let name = options.data("name", "the volume's name")
        let capacity = options.data("capacity", "its size, in bytes without a suffix")
        let allocation = options.string(
            "allocation", "initial allocation, in bytes without a suffix", as: .any)
        let format = options.string("format", "its format, e.g. raw, qcow2, vmdk")
        let backing = options.string("backing-vol", "backing volume")
        let backingFormat = options.string("backing-vol-format", "format of the backing volume")
        let preallocateMetadata = options.preallocateMetadata()
        let printXML = options.flag("print-xml", "print the XML instead of creating the volume")

        return { shell, given in
            let pool = try shell.pool(given[pool])
            let name = try given[name]
            let capacity = try volumeSize(given[capacity])
            let allocation = try given[allocation].flatMap {
                $0.isEmpty ? nil : try volumeSize($0)
            }
            let format = try given[format]
            let backing = try given[backing]
            let backingFormat = try given[backingFormat]

            var xml = Writer(escaping: false)
            try xml.element("volume") { xml in
                xml.element("name", text: name)
                xml.element("capacity", text: "\(capacity)")
                if let allocation { xml.element("allocation", text: "\(allocation)") }
                if let format {
                    xml.element("target") { $0.element("format", ["type": format]) }
                }
                guard let backing else { return }
                let path = try shell.backingVolume(backing, pool).path()
                xml.element("backingStore") { xml in
                    xml.element("path", text: path)
                    if let backingFormat { xml.element("format", ["type": backingFormat]) }
                }
            }
            if try given[printXML] { return shell.print(xml.text) }
            let preallocates = try given[preallocateMetadata]
            let volume = try shell.gate.exclusively {
                try shell.gate.judged(volume: xml.text, in: pool.name())
            } thenSlowly: { xml in
                try shell.explaining("Failed to create vol \(name)") {
                    () throws(LibvirtError) in
                    try pool.createVolume(xml: xml, preallocates ? .preallocateMetadata : [])
                }
            }
            try shell.flush(volume)
            shell.printExtra("Vol \(name) created")
        }
    }
}

extension Shell {
    /// The volume with a name in the pool, or with a key or path in any pool. Unlike
    /// `volume(_:in:option:)` this keeps libvirt's errors of the lookups that failed.
    fileprivate func backingVolume(_ word: String, _ pool: StoragePool) throws -> StorageVolume {
        let connection = try connection
        if let named = tolerating({ () throws(LibvirtError) in try pool.volume(name: word) }) {
            return named
        }
        let keyed = tolerating { () throws(LibvirtError) in try connection.storageVolume(key: word)
        }
        if keyed == nil, policy.limits != nil {
            let atPath = tolerating { () throws(LibvirtError) in
                try connection.storageVolume(path: word)
            }
            guard let atPath else { throw Denial("volume '\(word)' is not granted") }
            return atPath
        }
        return try keyed
            ?? lookUp("failed to get vol '\(word)'") {
                () throws(LibvirtError) in try connection.storageVolume(path: word)
            }
    }
}
