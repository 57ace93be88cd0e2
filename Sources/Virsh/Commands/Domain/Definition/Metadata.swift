import Confinement
import Libvirt
import Policy
import Text

extension Command {
    /// virsh 9.0.0: `cmdMetadata` in virsh-domain.c.
    static let metadata = Command(
        "metadata", .define, on: .domain, mayOnlyRead: true,
        help: "show or change custom XML metadata of a domain"
    ) { options in
        let domain = options.domain()
        let uri = options.data("uri", "URI of the metadata's namespace", .selects)
        let live = options.flag("live", "the running domain", .selects)
        let config = options.flag("config", "the persistent configuration", .selects)
        let current = options.flag("current", "the configuration in force (default)", .selects)
        let impact = ImpactOptions(config: config, live: live, current: current)
        let edit = options.flag("edit", "open it in an editor", .refused)
        let key = options.string("key", "prefix of the namespace", .selects)
        let set = options.string("set", "the new metadata in XML")
        let remove = options.flag("remove", "remove it")

        return { shell, given in
            let impact = try impact.impact(of: given)
            try given.exclusive(edit, set)
            try given.exclusive(remove, set)
            try given.exclusive(remove, edit)
            let domain = try shell.domain(given[domain])
            let uri = try given[uri]
            let key = try given[key]
            let new = try given[set]
            guard try key != nil || new == nil && !given[edit] else {
                throw CommandFailure("namespace key is required when modifying metadata")
            }
            if try new != nil || given[remove] {
                let judged = try shell.gate.judged(metadata: new, namespace: uri)
                try domain.setMetadata(.element, judged, key: key, namespace: uri, impact)
                shell.printExtra(new == nil ? "Metadata removed\n" : "Metadata modified\n")
            } else if try given[edit] {
                throw shell.needsEditor
            } else {
                // Since 9.7, metadata that does not exist is empty.
                let read = { () throws(LibvirtError) in
                    try domain.metadata(.element, namespace: uri, impact)
                }
                let text =
                    try shell.version < .init(9, 7) ? read() : shell.elementIfAny(.noMetadata, read)
                shell.print(text + "\n")
            }
        }
    }
}
