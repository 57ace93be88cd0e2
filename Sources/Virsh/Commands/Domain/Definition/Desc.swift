import Confinement
import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdDesc` in virsh-domain.c.
    static let desc = Command(
        "desc", .define, on: .domain, mayOnlyRead: true,
        help: "show or change a domain's description or title"
    ) { options in
        let domain = options.domain()
        let live = options.flag("live", "the running domain", .selects)
        let config = options.flag("config", "the persistent configuration", .selects)
        let current = options.flag("current", "the configuration in force (default)", .selects)
        let impact = ImpactOptions(config: config, live: live, current: current)
        let title = options.flag("title", "the title instead of the description", .selects)
        let edit = options.flag("edit", "open it in an editor", .refused)
        let words = options.rest("new-desc", "the new text")

        return { shell, given in
            let impact = try impact.impact(of: given)
            let domain = try shell.domain(given[domain])
            _ = try shell.status(of: domain)  // virsh asks, fails if it cannot, and ignores it
            let kind: Domain.Metadata = try given[title] ? .title : .description
            let name = kind == .title ? "title" : "description"
            let isInactive = try given[config]

            let words = try given[words]
            let text = words.joined(separator: " ")
            guard try !words.isEmpty || given[edit] else {
                let note = try shell.note(kind, of: domain, inactive: isInactive)
                shell.print(note)
                if note.isEmpty {
                    shell.printExtra(
                        "No \(name) for domain: \(try domain.name())", terminator: "")
                }
                return
            }
            // virsh reads it, and fails if it cannot.
            _ = try shell.note(kind, of: domain, inactive: isInactive)
            if try given[edit] { throw shell.needsEditor }
            try shell.gate.willDescribe(text)
            try shell.explaining("Failed to set new domain \(name)") {
                () throws(LibvirtError) in try domain.setMetadata(kind, text, impact)
            }
            shell.printExtra("Domain \(name) updated successfully", terminator: "")
        }
    }
}
