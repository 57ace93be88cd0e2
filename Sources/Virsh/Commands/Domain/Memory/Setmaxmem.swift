import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdSetmaxmem` in virsh-domain.c.
    static let setmaxmem = Command(
        "setmaxmem", .tune, on: .domain, help: "set the maximum memory of a guest",
        description: "a number without a unit is KiB"
    ) { options in
        let domain = options.domain()
        options.alias("kilobytes", for: "size")
        let size = options.requiredNumber("size", "new maximum, e.g. 2G", as: .scaled(1024))
        let impact = options.impact()

        return { shell, given in
            let impact = try impact.impact(of: given)
            let domain = try shell.domain(given[domain])
            let bytes = try given[size]
            try shell.policy.check(memoryBytes: bytes)
            try shell.explaining("Unable to change MaxMemorySize") {
                () throws(LibvirtError) in
                try domain.setMemory(kiB: kiB(bytes), maximum: true, impact)
            }
        }
    }
}
