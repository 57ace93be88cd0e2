import Confinement
import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdBlockresize` in virsh-domain.c.
    static let blockresize = Command(
        "blockresize", .storage, on: [.domain, .volume], help: "resize a disk of a running domain"
    ) { options in
        let domain = options.domain()
        let path = options.data("path", "target or source path of the disk")
        let size = options.number(
            "size", "new size in KiB or with a unit", as: .scaled(1024),
            required: options.version < .init(10, 0), place: .positional)
        let capacity = options.flag(
            "capacity", "to the size of the block device", since: .init(10, 0))
        let extend = options.flag("extend", "only to a larger size", since: .init(12, 3))

        return { shell, given in
            if shell.version >= .init(10, 0) {
                try given.alternative(
                    given.has(size), given.has(capacity), size.name, capacity.name)
            }
            let path = try given[path]
            let isToCapacity = try given[capacity]
            let bytes = try isToCapacity ? 0 : given[size] ?? 0
            let domain = try shell.domain(given[domain])
            try shell.gate.exclusively {
                try shell.gate.willResize(disk: path, of: domain, to: bytes)
                try shell.explaining("Failed to resize block device '\(path)'") {
                    () throws(LibvirtError) in
                    // KiB need no flag, so this works with old daemons too.
                    let isInKiB = bytes % 1024 == 0
                    var flags: Domain.BlockResizeFlags = isToCapacity ? .capacity : []
                    if given.has(extend) { flags.insert(.extend) }
                    if !isInKiB { flags.insert(.bytes) }
                    try domain.resizeBlock(path, to: isInKiB ? bytes / 1024 : bytes, flags)
                }
            }
            shell.printExtra("Block device '\(path)' is resized", terminator: "")
        }
    }
}
