import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdCPUModelNames` in virsh-host.c.
    static let cpuModels = Command(
        "cpu-models", .host, help: "list the CPU models of an architecture"
    ) { options in
        let architecture = options.data("arch", "architecture, e.g. x86_64")

        return { shell, given in
            let architecture = try given[architecture]
            let connection = try shell.connection
            let models = try shell.explaining("failed to get CPU model names") {
                () throws(LibvirtError) in try connection.cpuModels(architecture: architecture)
            }
            if models.isEmpty { shell.printExtra("all CPU models are accepted") }
            for model in models { shell.print(model + "\n") }
        }
    }
}
