import Libvirt

extension Command {
    /// What is wrong in a file is shown, so it may not be left to those who may only look.
    /// virsh 9.0.0: `cmdHypervisorCPUBaseline` in virsh-host.c.
    static let hypervisorCPUBaseline = Command(
        "hypervisor-cpu-baseline", .changes,
        help: "a processor for all that a file describes, from one hypervisor",
        description: "prints XML"
    ) { options in
        let file = options.string("file", "file with the XML of processors")
        let emulation = options.emulation()
        let baseline = options.baseline()
        let model = options.string("model", "instead of a file: a model's name, e.g. Penryn")

        return { shell, given in
            let path = try given[file]
            let emulation = try emulation.read(given)
            let model = try given[model]
            try given.alternative(path != nil, model != nil, "file", "model")
            let xmls =
                try path.map { try shell.cpuDescriptions(inFile: $0) }
                // virsh does not escape it, either.
                ?? ["<cpu><model>\(model ?? "")</model></cpu>"]
            shell.print(
                try shell.connection.baselineCPU(xmls, for: emulation, baseline.flags(given)))
        }
    }
}
