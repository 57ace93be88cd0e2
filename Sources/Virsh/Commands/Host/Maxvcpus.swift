import Libvirt
import Policy
import XML

extension Command {
    /// virsh 9.0.0: `cmdMaxvcpus` in virsh-host.c.
    static let maxvcpus = Command(
        "maxvcpus", .host, help: "print the maximum number of virtual CPUs of a guest"
    ) { options in
        let type = options.string("type", "virtualization type, e.g. kvm")

        return { shell, given in
            let type = try given[type]
            let connection = try shell.connection
            let emulation = Emulation(emulator: nil, architecture: nil, machine: nil, type: type)
            let xml = shell.attempt { () throws(LibvirtError) in
                try connection.domainCapabilities(emulation)
            }
            let maximum = try xml.flatMap {
                try Document(parsing: $0).root.string("./vcpu[1]/@max")
            }.flatMap { signedNumber($0) }.flatMap { Int32(exactly: $0) }
            if let maximum, maximum >= 0 { return shell.print("\(maximum)\n") }
            // Domain capabilities are more precise, but not all drivers have them.
            shell.print("\(try connection.maximumVCPUs(type: type))\n")
        }
    }
}
