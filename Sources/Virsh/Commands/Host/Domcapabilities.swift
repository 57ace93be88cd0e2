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
