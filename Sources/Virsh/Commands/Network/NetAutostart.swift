import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdNetworkAutostart` in virsh-network.c.
    static let netAutostart = Command(
        "net-autostart", .never, on: .network,
        help: "start a network when the host boots, or stop doing so"
    ) { options in
        let network = options.network()
        let disable = options.flag("disable", "do not start it when the host boots")

        return { shell, given in
            let name = try given[network]
            let network = try shell.network(name)
            let mark = try given[disable] ? "unmark" : "mark"
            try shell.explaining("failed to \(mark) network \(name) as autostarted") {
                () throws(LibvirtError) in try network.setAutostart(mark == "mark")
            }
            shell.printExtra("Network \(name) \(mark)ed as autostarted")
        }
    }
}
