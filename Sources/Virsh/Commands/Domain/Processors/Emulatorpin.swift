import Libvirt

extension Command {
    /// virsh 9.0.0: `cmdEmulatorPin` in virsh-domain.c.
    static let emulatorpin = Command(
        "emulatorpin", .changes, help: "show or set where a domain's emulator may run"
    ) { options in
        let domain = options.domain()
        let list = options.string(
            "cpulist", "the host's processors, e.g. 0-2,^1; r for all", mayBeEmpty: true)
        let impact = options.impact()

        return { shell, given in
            let asked = try impact.impact(of: given)
            let isPlain = try asked.isEmpty && !given[impact.current]
            let domain = try shell.domain(given[domain])
            let list = try given[list]
            let hostCPUs = try shell.hostCPUCount()
            guard let list else {
                let map = try domain.emulatorPin(hostCPUCount: hostCPUs, asked)
                shell.printExtra("emulator: CPU Affinity")
                shell.printExtra("----------------------------------")
                shell.print("\(shell.isQuiet ? "" : "       *: ")\(map.ranges)\n")
                return
            }
            let map = try shell.cpuMap(list, hostCPUs: hostCPUs)
            try domain.pinEmulator(to: map, isPlain ? .live : asked)
        }
    }
}
