import Confinement
import Libvirt
import Policy
import XML

extension Command {
    /// virsh 9.0.0: `cmdVolClone` in virsh-volume.c.
    static let volClone = Command(
        "vol-clone", .storage, on: .volume, help: "copy a volume within its pool"
    ) { options in
        let vol = options.volume()
        let newName = options.data("newname", "the copy's name")
        let pool = options.poolIfGiven()
        let preallocateMetadata = options.preallocateMetadata()
        let reflink = options.reflink()
        let printXML = options.flag("print-xml", "print the XML instead of creating the volume")

        return { shell, given in
            let original = try shell.completeVolume(given[vol], in: given[pool])
            var flags: StoragePool.VolumeCreateFlags = []
            if try given[preallocateMetadata] { flags.insert(.preallocateMetadata) }
            if try given[reflink] { flags.insert(.reflink) }
            let pool = try shell.explaining("failed to get parent pool") {
                () throws(LibvirtError) in try original.pool()
            }
            let newName = try given[newName]
            let renamed = try shell.renamed(original.xml(), newName)
            if try given[printXML] {
                return shell.print(try shell.gate.shown(volumeXML: renamed))
            }
            let name = try original.name()
            let clone = try shell.gate.exclusively {
                try shell.gate.judged(
                    clone: renamed, of: shell.name(of: original), named: newName)
            } thenSlowly: { xml in
                try shell.explaining("Failed to clone vol from \(name)") {
                    () throws(LibvirtError) in
                    try pool.createVolume(xml: xml, from: original, flags)
                }
            }
            try shell.flush(clone)
            let made = try clone.name()
            shell.printExtra("Vol \(made) cloned from \(name)")
        }
    }
}

extension Shell {
    /// The XML of a volume with another name. virsh 9.0.0: `virshMakeCloneXML`.
    fileprivate func renamed(_ xml: String, _ name: String) throws -> String {
        let document = try Document(parsing: xml)
        guard let node = try document.nodes("/volume/name").first else {
            throw CommandFailure("Failed to allocate XML buffer")
        }
        // virsh does not escape the name, so libxml2 prints an error on stderr.
        if let message = node.setContent(name) {
            printRaw(toError: "(volume_definition):-1: error : \(message)")
        }
        return document.root.serialized(format: true)
    }
}
