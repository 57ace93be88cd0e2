import Confinement
import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdVolCreate` in virsh-volume.c.
    static let volCreate = Command(
        "vol-create", .storage, on: [.pool, .xml, .file], help: "create a volume from XML"
    ) { options in
        let pool = options.pool("pool name")
        let file = options.data("file", "file with the XML of a volume", names: [.xml, .file])
        let preallocateMetadata = options.preallocateMetadata()
        let validate = options.validate()

        return { shell, given in
            var flags: StoragePool.VolumeCreateFlags = []
            if try given[preallocateMetadata] { flags.insert(.preallocateMetadata) }
            if try given[validate] { flags.insert(.validate) }
            let pool = try shell.pool(given[pool])
            let file = try given[file]
            let xml = try shell.text(ofFile: file)
            let volume = try shell.gate.exclusively {
                try shell.gate.judged(volume: xml, in: pool.name())
            } thenSlowly: { xml in
                try shell.explaining("Failed to create vol from \(file)") {
                    () throws(LibvirtError) in try pool.createVolume(xml: xml, flags)
                }
            }
            try shell.flush(volume)
            let name = try volume.name()
            shell.printExtra("Vol \(name) created from \(file)")
        }
    }
}
