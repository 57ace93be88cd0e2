import Libvirt
import Policy

extension Command {
    /// virsh 11.3.0: `cmdHypervisorCPUModelNames` in virsh-host.c.
    static let hypervisorCPUModels = Command(
        "hypervisor-cpu-models", .host, since: .init(11, 2),
        help: "list the CPU models that a hypervisor can run here"
    ) { options in
        let emulation = options.emulation(place: .named)
        let all = options.flag("all", "also models that cannot run on this host")

        return { shell, given in
            let emulation = try emulation.read(given)
            let connection = try shell.connection
            let xml = try shell.explaining("failed to get hypervisor CPU model names") {
                () throws(LibvirtError) in try connection.domainCapabilities(emulation)
            }
            let usable = try given[all] ? "@usable" : "@usable='yes'"
            try shell.print(xml: xml, xpath: "//cpu//model[\(usable)]/text()", wrap: false)
        }
    }
}
