import Libvirt
import Policy
import XML

extension Command {
    /// virsh 9.0.0: `cmdCheckpointCreateAs` in virsh-checkpoint.c.
    static let checkpointCreateAs = Command(
        "checkpoint-create-as", .snapshot, on: .domain, help: "create a checkpoint from options"
    ) { options in
        let domain = options.domain()
        let name = options.string("name", "the checkpoint's name")
        let description = options.string("description", "description of the checkpoint")
        let printXML = options.flag("print-xml", "print the XML instead of creating the checkpoint")
        let quiesce = options.flag("quiesce", "have the guest agent freeze file systems")
        let disks = options.rest(
            "diskspec", "a disk: disk[,checkpoint=type][,bitmap=name]", place: .tolerated)

        return { shell, given in
            let domain = try shell.domain(given[domain])
            let name = try given[name]
            let description = try given[description]
            var xml = Writer(escaping: false)
            try xml.element("domaincheckpoint") { xml in
                if let name { xml.element("name", text: Writer.escaped(name)) }
                if let description { xml.element("description", text: Writer.escaped(description)) }
                guard given.has(disks) else { return }
                try xml.element("disks") { xml in
                    for disk in try given[disks] { try writeDisk(disk, to: &xml) }
                }
            }
            if try given[printXML] { return shell.print(xml.text + "\n") }
            let flags: Domain.CheckpointCreateFlags = try given[quiesce] ? .quiesce : []
            try shell.createCheckpoint(of: domain, xml.text, flags, from: nil)
        }
    }
}

/// virsh 9.0.0: `virshParseCheckpointDiskspec`.
private func writeDisk(_ specification: String, to xml: inout Writer) throws {
    // virsh writes the start of the element together with the name, so both are missing.
    guard !specification.isEmpty else { return xml.line("/>") }
    let parts = commaSeparated(specification)
    var checkpoint: String?
    var bitmap: String?
    for part in parts.dropFirst() {
        if checkpoint == nil, let value = part.value(of: "checkpoint") {
            checkpoint = value
        } else if bitmap == nil, let value = part.value(of: "bitmap") {
            bitmap = value
        } else {
            throw CommandFailure("unable to parse diskspec: \(specification)")
        }
    }
    xml.element(
        "disk",
        ["name": Writer.escaped(parts[0]), "checkpoint": checkpoint, "bitmap": bitmap])
}
