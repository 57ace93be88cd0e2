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
        let size = options.requiredNumber(
            "size", "new size in KiB or with a unit", as: .scaled(1024))

        return { shell, given in
            let path = try given[path]
            let bytes = try given[size]
            let domain = try shell.domain(given[domain])
            try shell.gate.exclusively {
                try shell.gate.willResize(disk: path, of: domain, to: bytes)
                try shell.explaining("Failed to resize block device '\(path)'") {
                    () throws(LibvirtError) in
                    // KiB need no flag, so this works with old daemons too.
                    if bytes % 1024 == 0 {
                        try domain.resizeBlock(path, to: bytes / 1024, bytes: false)
                    } else {
                        try domain.resizeBlock(path, to: bytes, bytes: true)
                    }
                }
            }
            shell.printExtra("Block device '\(path)' is resized", terminator: "")
        }
    }
}
