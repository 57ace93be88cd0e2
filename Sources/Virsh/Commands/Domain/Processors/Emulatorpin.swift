import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdEmulatorPin` in virsh-domain.c.
    static let emulatorpin = Command(
        "emulatorpin", .tune, on: .domain, mayOnlyRead: true,
        help: "show or set the CPU affinity of a domain's emulator"
    ) { options in
        let domain = options.domain()
        let list = options.string(
            "cpulist", "host processors, e.g. 0-2,^1; r means all", mayBeEmpty: true)
        let impact = options.impact()

        return { shell, given in
            let requested = try impact.impact(of: given)
            let isUnspecified = try requested.isEmpty && !given[impact.current]
            let domain = try shell.domain(given[domain])
            let list = try given[list]
            let hostCPUs = try shell.hostCPUCount()
            guard let list else {
                let map = try domain.emulatorPin(hostCPUCount: hostCPUs, requested)
                shell.printExtra("emulator: CPU Affinity")
                shell.printExtra("----------------------------------")
                // The label belongs to the table that a quiet virsh leaves out.
                shell.print("\(shell.isQuiet ? "" : "       *: ")\(map.ranges)\n")
                return
            }
            let map = try shell.cpuMap(list, hostCPUs: hostCPUs)
            // Without an option virsh changes the running domain.
            try domain.pinEmulator(to: map, isUnspecified ? .live : requested)
        }
    }
}
