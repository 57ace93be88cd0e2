import Libvirt
import Policy
import Text

extension Command {
    /// virsh 9.0.0: `cmdNetworkInfo` in virsh-network.c.
    static let netInfo = Command(
        "net-info", .read, on: .network, help: "print the state of a network"
    ) { options in
        let network = options.network()

        return { shell, given in
            let network = try shell.network(given[network])
            func print(_ label: String, _ value: String?) {
                if let value { shell.print("\(label.padded(15)) \(value)\n") }
            }
            print("Name:", try network.name())
            print("UUID:", shell.attempt { () throws(LibvirtError) in try network.uuid() })
            print("Active:", shell.yesOrNo { () throws(LibvirtError) in try network.isActive() })
            print(
                "Persistent:",
                shell.yesOrNo { () throws(LibvirtError) in try network.isPersistent() }
                    ?? "unknown")
            print(
                "Autostart:",
                shell.yesOrNo { () throws(LibvirtError) in try network.autostarts() }
                    ?? shell.unknownAutostart)
            print("Bridge:", shell.attempt { () throws(LibvirtError) in try network.bridgeName() })
        }
    }
}

extension Shell {
    fileprivate func yesOrNo(_ body: () throws(LibvirtError) -> Bool) -> String? {
        attempt(body).map { $0 ? "yes" : "no" }
    }
}
