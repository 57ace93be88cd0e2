import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdDomCapabilities` in virsh-host.c.
    static let domcapabilities = Command(
        "domcapabilities", .host, help: "print the capabilities of an emulator for guests",
        description: "prints XML"
    ) { options in
        let type = options.string("virttype", "virtualization type, e.g. kvm")
        let emulator = options.string("emulatorbin", "path of the emulator", .refused)
        let architecture = options.string("arch", "guest architecture, e.g. x86_64")
        let machine = options.string("machine", "machine type, e.g. q35")
        let (xpath, wrap) = options.xpath(since: .capabilitiesXPath)
        let cpu: [(Key<Bool>, Connection.DomainCapabilitiesFlags)] = [
            (
                options.flag(
                    "disable-deprecated-features", "host model without deprecated features",
                    since: .init(11, 0)), .disablesDeprecatedFeatures
            ),
            (
                options.flag(
                    "expand-cpu-features", "host model with the features of its model",
                    since: .init(12, 2)), .expandsCPUFeatures
            ),
            (
                options.flag(
                    "supported-cpu-features", "host model with all supported features",
                    since: .init(12, 5)), .supportedCPUFeatures
            ),
        ]

        return { shell, given in
            let type = try given[type]
            let emulation = Emulation(
                emulator: try given[emulator], architecture: try given[architecture],
                machine: try given[machine], type: type)
            let xpath = try given[xpath]
            let flags = try given.flags(cpu)
            let connection = try shell.connection
            let xml = try shell.explaining("failed to get emulator capabilities") {
                () throws(LibvirtError) in try connection.domainCapabilities(emulation, flags)
            }
            try shell.print(capabilities: xml, xpath: xpath, wrap: given[wrap])
        }
    }
}
