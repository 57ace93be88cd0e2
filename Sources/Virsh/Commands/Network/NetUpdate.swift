import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdNetworkUpdate` in virsh-network.c.
    static let netUpdate = Command(
        "net-update", .never, on: .network, help: "change one part of a network"
    ) { options in
        let network = options.network()
        let command = options.data(
            "command", "what to do: add-first, add-last (add), delete, modify")
        let section = options.data("section", "the part to change, e.g. ip-dhcp-host")
        let xml = options.data("xml", "the element, or a file with it")
        let parent = options.number(
            "parent-index", "index of the parent element, from 0", as: .int32)
        let config = options.flag("config", "change the definition, for the next start")
        let live = options.flag("live", "change the running network")
        let current = options.flag(
            "current", "change the running network, or the definition if it is inactive")

        return { shell, given in
            try given.exclusive(given[current], given[live], "current", "live")
            try given.exclusive(given[current], given[config], "current", "config")
            let network = try shell.network(given[network])
            let command = try updateCommand(given[command])
            let section = try networkSection(given[section])
            let parent = try given[parent] ?? Network.anyParent
            let word = try given[xml]
            // Like virsh: a word that starts with `<` is the XML itself, not a file name.
            let xml = word.hasPrefix("<") ? word : try shell.text(ofFile: word)
            var flags: Network.UpdateFlags = []
            if try given[config] { flags.insert(.config) }
            if try given[live] { flags.insert(.live) }
            let name = try network.name()
            try shell.explaining("Failed to update network \(name)") {
                () throws(LibvirtError) in
                try network.update(command, section, parent: parent, xml: xml, flags)
            }
            // Only for the message, which treats a failed call as true, as virsh does.
            let isActive = shell.attempt { () throws(LibvirtError) in try network.isActive() }
            shell.printExtra(
                "Updated network \(name) \(changedConfigurations(flags, isActive ?? true))")
        }
    }
}

/// What a command changed, in virsh's words.
func changedConfigurations(_ flags: Network.UpdateFlags, _ isActive: Bool) -> String {
    switch flags {
    case [.config, .live]: "persistent config and live state"
    case .config: "persistent config"
    case .live: "live state"
    default: isActive ? "live state" : "persistent config"
    }
}

private func updateCommand(_ word: String) throws(CommandFailure) -> Network.UpdateCommand {
    switch word {
    case "modify": .modify
    case "delete": .delete
    case "add", "add-last": .addLast
    case "add-first": .addFirst
    default: throw CommandFailure("unrecognized command name '\(word)'")
    }
}

private func networkSection(_ word: String) throws(CommandFailure) -> Network.Section {
    switch word {
    case "bridge": .bridge
    case "domain": .domain
    case "ip": .ip
    case "ip-dhcp-host": .dhcpHost
    case "ip-dhcp-range": .dhcpRange
    case "forward": .forward
    case "forward-interface": .forwardInterface
    case "forward-pf": .forwardFunction
    case "portgroup": .portgroup
    case "dns-host": .dnsHost
    case "dns-txt": .dnsText
    case "dns-srv": .dnsService
    default: throw CommandFailure("unrecognized section name '\(word)'")
    }
}
