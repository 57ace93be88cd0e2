import Libvirt
import Policy
import XML

extension Command {
    /// virsh 11.3.0: `cmdNetworkMetadata` in virsh-network.c.
    static let netMetadata = Command(
        "net-metadata", .never, on: .network, since: .init(9, 7), mayOnlyRead: true,
        help: "show or change custom XML metadata of a network"
    ) { options in
        let network = options.network(access: .selects)
        let uri = options.data("uri", "URI of the metadata's namespace", .selects)
        let impact = NetworkImpact(&options)
        let edit = options.flag("edit", "open it in an editor", .refused)
        let key = options.string("key", "prefix of the namespace", .selects)
        let set = options.string("set", "the new metadata in XML")
        let remove = options.flag("remove", "remove it")

        return { shell, given in
            let flags = try impact.flags(given)
            try given.exclusive(edit, set)
            try given.exclusive(remove, set)
            try given.exclusive(remove, edit)
            let network = try shell.network(given[network])
            let uri = try given[uri]
            let key = try given[key]
            let new = try given[set]
            guard try key != nil || new == nil && !given[edit] else {
                throw CommandFailure("namespace key is required when modifying metadata")
            }
            if try new != nil || given[remove] {
                try network.setMetadata(.element, new, key: key, namespace: uri, flags)
                shell.printExtra(new == nil ? "Metadata removed\n" : "Metadata modified\n")
            } else if try given[edit] {
                throw shell.needsEditor
            } else {
                shell.print(
                    try shell.elementIfAny(.noNetworkMetadata) { () throws(LibvirtError) in
                        try network.metadata(.element, namespace: uri, flags)
                    } + "\n")
            }
        }
    }
}

extension Shell {
    /// The element of an application that `read` returns; empty if it fails with `absence`.
    func elementIfAny(
        _ absence: LibvirtError.Code, _ read: () throws(LibvirtError) -> String
    ) throws(LibvirtError) -> String {
        do throws(LibvirtError) {
            return try read()
        } catch {
            guard error.code == absence else { throw error }
            LibvirtError.forgetReported()
            return ""
        }
    }

    /// The root element of a network's XML, `<network>`.
    /// virsh 11.3.0: `virshNetworkGetXMLFromNet`.
    func description(
        of network: Network, _ flags: Network.XMLFlags
    ) throws(CommandFailure) -> Node {
        let xml = try explaining("Failed to get network description xml") {
            () throws(LibvirtError) in try network.xml(flags)
        }
        do throws(XMLError) {
            return try Document(parsing: xml).root
        } catch {
            LibvirtError(code: .xmlError, message: "XML error: \(error.message)").report()
            throw CommandFailure("Failed to parse network description xml")
        }
    }
}

/// The options `config`, `live` and `current` of commands that read or change one of a network's
/// two configurations.
struct NetworkImpact {
    let config: Key<Bool>
    let live: Key<Bool>
    let current: Key<Bool>

    init(_ options: inout Options) {
        live = options.flag("live", "the running network", .selects)
        config = options.flag("config", "the persistent configuration", .selects)
        current = options.flag("current", "the configuration in force (default)", .selects)
    }

    /// `current` adds nothing: an empty set means the configuration in force.
    func flags(_ given: ParsedOptions) throws(CommandFailure) -> Network.UpdateFlags {
        try given.exclusive(current, live)
        try given.exclusive(current, config)
        return try given.flags([(config, .config), (live, .live)])
    }
}
