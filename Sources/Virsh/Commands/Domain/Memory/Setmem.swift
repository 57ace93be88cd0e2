import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdSetmem` in virsh-domain.c.
    static let setmem = Command(
        "setmem", .tune, on: .domain, help: "set the present memory of a guest",
        description: "a number without a unit is KiB"
    ) { options in
        let domain = options.domain()
        options.alias("kilobytes", for: "size")
        let size = options.requiredNumber("size", "new size, e.g. 2G", as: .scaled(1024))
        let impact = options.impact()

        return { shell, given in
            let requested = try impact.impact(of: given)
            // Without an option virsh calls virDomainSetMemory, which changes the running
            // domain. An explicit --current may change the persistent configuration instead.
            let isUnspecified = try requested.isEmpty && !given[impact.current]
            let domain = try shell.domain(given[domain])
            let bytes = try given[size]
            try shell.policy.check(memoryBytes: bytes)
            try domain.setMemory(kiB: kiB(bytes), isUnspecified ? .live : requested)
        }
    }
}

/// Bytes as KiB, rounded up. The addition wraps, as in virsh: the largest sizes become 0.
func kiB(_ bytes: UInt64) -> UInt64 { (bytes &+ 1023) / 1024 }
