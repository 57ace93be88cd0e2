import Confinement
import Libvirt
import Policy
import XML

extension Command {
    /// virsh 9.0.0: `cmdChangeMedia` in virsh-domain.c.
    static let changeMedia = Command(
        "change-media", .devices, on: [.domain, .volume],
        help: "change the medium of a CD or floppy drive"
    ) { options in
        let domain = options.domain()
        let path = options.data("path", "target or source path of the drive")
        let source = options.string("source", "source of the new medium", place: .positional)
        let eject = options.flag("eject", "eject the medium")
        let insert = options.flag("insert", "insert a medium into an empty drive")
        let update = options.flag("update", "replace the medium")
        let current = options.flag("current", "the configuration in force (default)")
        let live = options.flag("live", "the running domain")
        let config = options.flag("config", "the persistent configuration")
        let impact = ImpactOptions(config: config, live: live, current: current)
        let force = options.flag("force", "override the guest's lock on the tray")
        let printXML = options.flag("print-xml", "only print the drive's XML")
        let block = options.flag("block", "the source is a block device")

        return { shell, given in
            try given.exclusive(eject, insert)
            try given.exclusive(eject, update)
            try given.exclusive(insert, update)
            try given.exclusive(eject, block)
            let source = try given[source]
            // --update without a source ejects.
            let isEjecting = try given[eject] || given[update] && source == nil
            let change: MediaChange =
                try isEjecting ? .eject : given[insert] ? .insert : .update
            let impact = try impact.impact(of: given)
            let isForced = try given[force]

            let domain = try shell.domain(given[domain])
            let path = try given[path]
            let xml = try domain.xml(impact.contains(.config) ? .inactive : [])
            let drive = try findDisk(path, in: xml, changeable: true)
            try shell.apply(change, source, isBlockDevice: given[block], to: drive, path)
            let device = drive.serialized(format: true)
            if try given[printXML] { return shell.print(device) }
            try shell.gate.exclusively {
                let device = try shell.gate.judged(
                    device: shell.withVolume(disk: device), to: .update, domain)
                try shell.explaining("Failed to complete action \(change.rawValue) on media") {
                    () throws(LibvirtError) in
                    try domain.updateDevice(device, force: isForced, impact)
                }
            }
            let participle = "\(change.rawValue)\(change == .update ? "d" : "ed")"
            shell.print("Successfully \(participle) media.")
        }
    }
}

/// What to do with the medium; the words appear in messages.
private enum MediaChange: String { case eject, insert, update }

extension Shell {
    /// Changes the `<source>` of a drive's XML. virsh 9.0.0: `virshUpdateDiskXML`.
    fileprivate func apply(
        _ change: MediaChange, _ new: String?, isBlockDevice: Bool, to drive: Node, _ path: String
    ) throws(CommandFailure) {
        guard ["cdrom", "floppy"].contains(drive["device"]) else {
            throw CommandFailure("The disk device '\(path)' is not removable")
        }
        let children = drive.children
        let source = children.first { $0.isElement && $0.name == "source" }
        let target = children.firstIndex { $0.isElement && $0.name == "target" }
        if change == .eject, source == nil {
            throw CommandFailure("The disk device '\(path)' doesn't have media")
        }
        if change != .eject, new == nil {
            throw CommandFailure("New disk media source was not specified")
        }
        // The old source is replaced as a whole, because its type may change. Only its
        // startupPolicy is kept.
        var startupPolicy: String?
        if let source {
            let hasMedium = ["file", "dev", "dir", "pool", "name"].contains { source[$0] != nil }
            if hasMedium, change == .insert {
                throw CommandFailure("The disk device '\(path)' already has media")
            }
            startupPolicy = source["startupPolicy"]
            source.remove()
        }
        let isBlockDevice = isBlockDevice && change != .eject
        drive.set("type", to: isBlockDevice ? "block" : "file")
        guard change != .eject, let new else { return }
        let old = version < .lastSource ? target : nil
        guard
            let node = old.map({ children[$0].insertBefore("source") })
                ?? drive.appendChild("source")
        else { return }
        node.set(isBlockDevice ? "dev" : "file", to: new)
        if let startupPolicy { node.set("startupPolicy", to: startupPolicy) }
        // Copy the indentation, so that `<target>` still starts on its own line in --print-xml.
        if let old, let blanks = children[..<old].last(where: \.isText) {
            children[old].insertBefore(copyOf: blanks)
        }
    }
}

extension LibvirtVersion {
    /// A virsh that appends the new `<source>`; older ones insert it before `<target>`. Which
    /// version between 9.0 and 11.3 was the first is not known.
    fileprivate static let lastSource = LibvirtVersion(9, 1)
}
