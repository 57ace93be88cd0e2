import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdHypervisorCPUCompare` in virsh-host.c.
    static let hypervisorCPUCompare = Command(
        "hypervisor-cpu-compare", .host, on: .file,
        help: "compare the hypervisor's CPU with a CPU in a file"
    ) { options in
        let file = options.data("file", "file with the XML of a CPU", names: .file)
        let emulation = options.emulation()
        let comparing = options.comparing()

        return { shell, given in
            let path = try given[file]
            let emulation = try emulation.read(given)
            let xml = try shell.cpuDescriptions(inFile: path, warnsAboutHost: true)[0]
            let connection = try shell.connection
            let flags = try comparing.flags(given)
            let failure = "Failed to compare hypervisor CPU with \(path)"
            let comparison = try shell.explaining(failure) { () throws(LibvirtError) in
                try connection.compareCPU(xml, for: emulation, flags)
            }
            switch comparison {
            case .incompatible:
                shell.print(
                    "CPU described in \(path) is incompatible with the CPU provided "
                        + "by hypervisor on the host\n")
                throw CommandFailure.silent
            case .identical:
                shell.print(
                    "CPU described in \(path) is identical to the CPU provided by "
                        + "hypervisor on the host\n")
            case .superset:
                shell.print(
                    "The CPU provided by hypervisor on the host is a superset "
                        + "of CPU described in \(path)\n")
            case nil:  // libvirt could not compare them, or returned a newer result
                throw CommandFailure(failure)
            }
        }
    }
}
