import Confinement
import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdVolCreateFrom` in virsh-volume.c.
    static let volCreateFrom = Command(
        "vol-create-from", .storage, on: [.pool, .volume, .xml, .file],
        help: "create a volume from XML with the data of another volume"
    ) { options in
        let pool = options.pool()
        let file = options.data("file", "file with the XML of a volume", names: [.xml, .file])
        let vol = options.volume()
        let inputPool = options.string(
            "inputpool", "name or uuid of the other volume's pool", names: .pool)
        let preallocateMetadata = options.preallocateMetadata()
        let reflink = options.reflink()
        let validate = options.validate()

        return { shell, given in
            let pool = try shell.pool(given[pool])
            var flags: StoragePool.VolumeCreateFlags = []
            if try given[preallocateMetadata] { flags.insert(.preallocateMetadata) }
            if try given[reflink] { flags.insert(.reflink) }
            if try given[validate] { flags.insert(.validate) }
            let file = try given[file]
            let original = try shell.completeVolume(
                given[vol], in: given[inputPool], option: "inputpool")
            let xml = try shell.text(ofFile: file)
            let volume = try shell.gate.exclusively {
                try shell.gate.judged(
                    volume: xml, in: pool.name(), from: shell.name(of: original))
            } thenSlowly: { xml in
                try shell.explaining("Failed to create vol from \(file)") {
                    () throws(LibvirtError) in
                    try pool.createVolume(xml: xml, from: original, flags)
                }
            }
            try shell.flush(volume)
            let name = try volume.name()
            shell.printExtra("Vol \(name) created from input vol \(try original.name())")
        }
    }
}
