import Libvirt
import XML

extension Command {
    /// virsh 9.0.0: `cmdMaxvcpus` in virsh-host.c.
    static let maxvcpus = Command(
        "maxvcpus", .reads, help: "how many processors a guest may have"
    ) { options in
        let type = options.string("type", "a guest of this kind, e.g. kvm")

        return { shell, given in
            let type = try given[type]
            let connection = try shell.connection
            let emulation = Emulation(emulator: nil, architecture: nil, machine: nil, type: type)
            let xml = shell.attempt { () throws(LibvirtError) in
                try connection.domainCapabilities(emulation)
            }
            let stated = try xml.flatMap {
                try Document(parsing: $0).root.string("./vcpu[1]/@max")
            }.flatMap { signedNumber($0) }.flatMap { Int32(exactly: $0) }
            if let stated, stated >= 0 { return shell.print("\(stated)\n") }
            shell.print("\(try connection.maximumVCPUs(type: type))\n")
        }
    }
}
