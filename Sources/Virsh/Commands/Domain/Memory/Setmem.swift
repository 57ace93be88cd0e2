import Libvirt

extension Command {
    /// virsh 9.0.0: `cmdSetmem` in virsh-domain.c.
    static let setmem = Command(
        "setmem", .changes, help: "set the memory that a guest has",
        description: "a bare number is KiB"
    ) { options in
        let domain = options.domain()
        options.alias("kilobytes", for: "size")
        let size = options.requiredNumber("size", "how much, e.g. 2G", as: .scaled(1024))
        let impact = options.impact()

        return { shell, given in
            let asked = try impact.impact(of: given)
            // Without a word, the running domain is meant.
            let isAsked = try !asked.isEmpty || given[impact.current]
            let domain = try shell.domain(given[domain])
            let bytes = try given[size]
            try domain.setMemory(kiB: kiB(bytes), isAsked ? asked : .live)
        }
    }
}

/// Whole KiB that hold so many bytes; like C's, it wraps.
func kiB(_ bytes: UInt64) -> UInt64 { (bytes &+ 1023) / 1024 }
