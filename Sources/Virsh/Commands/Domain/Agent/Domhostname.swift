import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdDomHostname` in virsh-domain.c.
    static let domhostname = Command(
        "domhostname", .read, on: .domain, effects: .looksInto,
        help: "a guest's host name"
    ) { options in
        let domain = options.domain()
        let source = options.string("source", "source of the name: 'lease' or 'agent'")

        return { shell, given in
            let domain = try shell.domain(given[domain])
            let source: Domain.HostnameSource =
                switch try given[source] {
                case nil: []  // the hypervisor's default
                case "agent": .agent
                case "lease": .lease
                case let word?: throw CommandFailure("Unknown data source '\(word)'")
                }
            let hostname = try shell.explaining("failed to get hostname") {
                () throws(LibvirtError) in try domain.hostname(from: source)
            }
            shell.print("\(hostname)\n")
        }
    }
}
