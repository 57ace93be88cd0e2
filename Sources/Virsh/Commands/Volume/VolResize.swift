import Confinement
import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdVolResize` in virsh-volume.c.
    static let volResize = Command(
        "vol-resize", .storage, on: .volume, help: "change the size of a volume",
        description: "For volumes that no running guest uses; see blockresize for others."
    ) { options in
        let vol = options.volume()
        let capacity = options.data("capacity", "its new size, in bytes without a suffix")
        let pool = options.poolIfGiven()
        let allocate = options.flag("allocate", "allocate the additional space")
        let delta = options.flag("delta", "the size is relative to the current size")
        let shrink = options.flag("shrink", "allow a smaller size")

        return { shell, given in
            var flags: StorageVolume.ResizeFlags = []
            if try given[allocate] { flags.insert(.allocate) }
            if try given[delta] { flags.insert(.delta) }
            if try given[shrink] { flags.insert(.shrink) }
            let volume = try shell.volume(given[vol], in: given[pool])
            var word = String(try given[capacity].drop(while: \.isWhitespace))
            // A negative size is the difference to the current one, and implies --delta.
            if word.hasPrefix("-") {
                guard flags.contains(.shrink) else {
                    throw CommandFailure("negative size requires --shrink")
                }
                word.removeFirst()
                flags.insert(.delta)
            }
            let size = try volumeSize(word)
            let name = try volume.name()
            let preposition = flags.contains(.delta) ? "by" : "to"
            try shell.gate.exclusively {
                try shell.allowResize(of: volume, to: size, flags)
            } thenSlowly: {
                try shell.explaining(
                    "Failed to change size of volume '\(name)' \(preposition) \(word)"
                ) { () throws(LibvirtError) in try volume.resize(to: size, flags) }
            }
            shell.printExtra(
                "Size of volume '\(name)' successfully changed \(preposition) \(word)")
        }
    }
}

extension Shell {
    /// Asks the gate for a new size of a volume.
    fileprivate func allowResize(
        of volume: StorageVolume, to size: UInt64, _ flags: StorageVolume.ResizeFlags
    ) throws {
        let name = try name(of: volume)
        try gate.willWrite(name)
        try gate.willReshape(name)
        var growth = size
        if flags.contains(.delta) {
            if flags.contains(.shrink) { growth = 0 }
        } else {
            // A driver that cannot say how large it is has no size to subtract.
            let capacity = attempt { () throws(LibvirtError) in try volume.info().capacity } ?? 0
            growth = size > capacity ? size - capacity : 0
        }
        try gate.willStore(bytes: growth)
    }
}
