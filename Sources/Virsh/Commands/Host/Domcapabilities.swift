import Libvirt

extension Command {
    /// virsh 9.0.0: `cmdDomCapabilities` in virsh-host.c.
    static let domcapabilities = Command(
        "domcapabilities", .reads, help: "what an emulator can give to guests",
        description: "prints XML"
    ) { options in
        let type = options.string("virttype", "the guests' kind, e.g. kvm")
        let emulator = options.string("emulatorbin", "the emulator's path")
        let architecture = options.string("arch", "the guests' architecture, e.g. x86_64")
        let machine = options.string("machine", "the guests' machine, e.g. q35")

        return { shell, given in
            let type = try given[type]
            let emulation = Emulation(
                emulator: try given[emulator], architecture: try given[architecture],
                machine: try given[machine], type: type)
            let connection = try shell.connection
            let xml = try shell.explaining("failed to get emulator capabilities") {
                () throws(LibvirtError) in try connection.domainCapabilities(emulation)
            }
            shell.print(xml + "\n")
        }
    }
}
