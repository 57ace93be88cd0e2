import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdCheckpointCreate` in virsh-checkpoint.c.
    static let checkpointCreate = Command(
        "checkpoint-create", .snapshot, on: [.domain, .xml, .file],
        help: "create a checkpoint from XML"
    ) { options in
        let domain = options.domain()
        let file = options.string(
            "xmlfile", "file with the XML of a checkpoint", names: [.xml, .file],
            place: .positional)
        let redefine = options.flag(
            "redefine", "define metadata of an existing checkpoint", .refused)
        let validate = options.flag("redefine-validate", "check that the disks match it")
        let quiesce = options.flag("quiesce", "have the guest agent freeze file systems")

        return { shell, given in
            try given.requires(validate, redefine)
            var flags: Domain.CheckpointCreateFlags = []
            if try given[redefine] { flags.insert(.redefine) }
            if try given[validate] { flags.insert(.redefineValidate) }
            if try given[quiesce] { flags.insert(.quiesce) }
            let domain = try shell.domain(given[domain])
            let file = try given[file]
            let xml = try file.map(shell.text(ofFile:)) ?? "<domaincheckpoint/>"
            try shell.createCheckpoint(of: domain, xml, flags, from: file)
        }
    }
}
