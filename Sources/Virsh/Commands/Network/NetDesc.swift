import Libvirt
import Policy
import XML

extension Command {
    /// virsh 11.3.0: `cmdNetworkDesc` in virsh-network.c.
    static let netDesc = Command(
        "net-desc", .never, on: .network, since: .init(9, 7), mayOnlyRead: true,
        help: "show or change a network's description or title"
    ) { options in
        let network = options.network(access: .selects)
        let impact = NetworkImpact(&options)
        let title = options.flag("title", "the title instead of the description", .selects)
        let edit = options.flag("edit", "open it in an editor", .refused)
        let words = options.rest("new-desc", "the new text")

        return { shell, given in
            let flags = try impact.flags(given)
            let network = try shell.network(given[network])
            let kind: Domain.Metadata = try given[title] ? .title : .description
            let name = kind == .title ? "title" : "description"
            let words = try given[words]
            let before = try shell.note(kind, of: network, flags)
            guard try !words.isEmpty || given[edit] else {
                shell.print(before)
                if before.isEmpty {
                    shell.printExtra(
                        "No \(name) for network: \(try network.name())", terminator: "")
                }
                return
            }
            if try given[edit] { throw shell.needsEditor }
            let text = words.joined(separator: " ")
            try shell.explaining("Failed to set new network \(name)") {
                () throws(LibvirtError) in try network.setMetadata(kind, text, flags)
            }
            shell.printExtra("Network \(name) updated successfully", terminator: "")
        }
    }
}

extension Shell {
    /// A network's title or description; empty if it has none.
    /// virsh 11.3.0: `virshGetNetworkDescription`.
    func note(
        _ kind: Domain.Metadata, of network: Network, _ flags: Network.UpdateFlags = []
    ) throws -> String {
        do throws(LibvirtError) {
            return try network.metadata(kind, flags)
        } catch {
            switch error.code {
            case .noNetworkMetadata:
                LibvirtError.forgetReported()
                return ""
            case .noSupport: break  // an old hypervisor: read it from the XML below
            default: throw error
            }
        }
        let root = try description(of: network, flags.contains(.config) ? .inactive : [])
        return root.string(kind == .title ? "./title[1]" : "./description[1]") ?? ""
    }
}
