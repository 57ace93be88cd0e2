import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdNetworkUuid` in virsh-network.c.
    static let netUUID = Command(
        "net-uuid", .read, on: .network, help: "print the uuid of a network"
    ) { options in
        let network = options.network("network name")

        return { shell, given in
            let network = try shell.network(given[network], by: .name)
            let uuid: String
            do throws(LibvirtError) {
                uuid = try network.uuid()
            } catch {
                return shell.printError("failed to get network UUID")  // virsh's exit status is 0
            }
            shell.print("\(uuid)\n")
        }
    }
}
