import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdDomIfstat` in virsh-domain-monitor.c.
    static let domifstat = Command(
        "domifstat", .read, on: .domain, help: "traffic statistics of a guest's network interface"
    ) { options in
        let domain = options.domain()
        let interface = options.data("interface", "target or MAC address of the interface")

        return { shell, given in
            let name = try given[domain]
            let domain = try shell.domain(name)
            let interface = try given[interface]
            let numbers = try shell.explaining("Failed to get interface stats \(name) \(interface)")
            { () throws(LibvirtError) in try domain.interfaceStatistics(interface) }
            let names = [
                "rx_bytes", "rx_packets", "rx_errs", "rx_drop", "tx_bytes", "tx_packets",
                "tx_errs", "tx_drop",
            ]
            // -1 means that the hypervisor does not know the number.
            for (name, number) in zip(names, numbers) where number >= 0 {
                shell.print("\(interface) \(name) \(number)\n")
            }
        }
    }
}
