import Libvirt

extension Command {
    /// virsh 9.0.0: `cmdDomPMSuspend` in virsh-domain.c.
    static let dompmsuspend = Command(
        "dompmsuspend", .power, help: "put a guest to sleep"
    ) { options in
        let domain = options.domain()
        let target = options.data("target", "mem, disk or hybrid")
        let duration = options.number(
            "duration", "seconds until it wakes", as: .uint64, positional: false)

        return { shell, given in
            let domain = try shell.domain(given[domain])
            let seconds = try given[duration] ?? 0
            guard let target = sleepTargets.firstIndex(of: try given[target]) else {
                throw CommandFailure("Invalid target")
            }
            let name = try domain.name()
            try shell.explaining("Domain '\(name)' could not be suspended") {
                () throws(LibvirtError) in
                try domain.sleep(target: UInt32(target), seconds: seconds)
            }
            shell.printExtra("Domain '\(name)' successfully suspended")
        }
    }
}

/// virsh 9.0.0: `virshNodeSuspendTarget`.
let sleepTargets = ["mem", "disk", "hybrid"]
