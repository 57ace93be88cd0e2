import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdHypervisorCPUBaseline` in virsh-host.c.
    static let hypervisorCPUBaseline = Command(
        "hypervisor-cpu-baseline", .host, on: .file,
        help: "compute a CPU compatible with all CPUs in a file, for a hypervisor",
        description: "prints XML"
    ) { options in
        let file = options.string("file", "file with the XML of CPUs", names: .file)
        let emulation = options.emulation()
        var baseline = options.baseline()
        baseline.ignoreHost = options.flag(
            "ignore-host", "count only the given CPUs, not what the host supports",
            since: .init(11, 6))
        let model = options.string("model", "name of a CPU model instead of a file, e.g. Penryn")

        return { [baseline] shell, given in
            let path = try given[file]
            let emulation = try emulation.read(given)
            let model = try given[model]
            try given.alternative(path != nil, model != nil, "file", "model")
            let xmls =
                try path.map { try shell.cpuDescriptions(inFile: $0, warnsAboutHost: true) }
                // virsh does not escape the name either.
                ?? ["<cpu><model>\(model ?? "")</model></cpu>"]
            shell.print(
                try shell.connection.baselineCPU(xmls, for: emulation, baseline.flags(given)))
        }
    }
}
