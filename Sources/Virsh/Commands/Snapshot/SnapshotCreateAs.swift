import Libvirt
import Policy
import XML

extension Command {
    /// virsh 9.0.0: `cmdSnapshotCreateAs` in virsh-snapshot.c.
    static let snapshotCreateAs = Command(
        "snapshot-create-as", .snapshot, on: .domain, help: "create a snapshot from options"
    ) { options in
        let domain = options.domain()
        let name = options.string("name", "the snapshot's name")
        let description = options.string("description", "description of the snapshot")
        let printXML = options.flag("print-xml", "print the XML instead of creating the snapshot")
        let creation = SnapshotCreation(&options)
        let memory = options.string(
            "memspec", "memory: [file=]name[,snapshot=type]", .refused, place: .named)
        let disks = options.rest(
            "diskspec", "a disk: disk[,snapshot=type][,driver=type][,stype=type][,file=name]",
            .refused, place: .tolerated)

        return { shell, given in
            let flags = try creation.flags(given)
            let domain = try shell.domain(given[domain])
            let name = try given[name]
            let description = try given[description]
            let memory = try given[memory]
            var xml = Writer(escaping: false)
            try xml.element("domainsnapshot") { xml in
                if let name { xml.element("name", text: Writer.escaped(name)) }
                if let description { xml.element("description", text: Writer.escaped(description)) }
                if let memory { try writeMemory(memory, to: &xml) }
                guard given.has(disks) else { return }
                try xml.element("disks") { xml in
                    for disk in try given[disks] { try writeDisk(disk, to: &xml) }
                }
            }
            // The domain was looked up nevertheless: virsh does so before it reads the other
            // options.
            if try given[printXML] { return shell.print(xml.text + "\n") }
            try shell.createSnapshot(of: domain, xml.text, flags, from: nil)
        }
    }
}

/// virsh 9.0.0: `virshParseSnapshotMemspec`.
private func writeMemory(_ specification: String, to xml: inout Writer) throws {
    var snapshot: String?
    var file: String?
    for part in commaSeparated(specification) {
        if snapshot == nil, let value = part.value(of: "snapshot") {
            snapshot = value
        } else if file == nil, let value = part.value(of: "file") {
            file = value
        } else if file == nil, part.hasPrefix("/") {
            file = part
        } else {
            throw CommandFailure("unable to parse memspec: \(specification)")
        }
    }
    xml.element(
        "memory", ["snapshot": snapshot.map(Writer.escaped), "file": file.map(Writer.escaped)])
}

/// virsh 9.0.0: `virshParseSnapshotDiskspec`.
private func writeDisk(_ specification: String, to xml: inout Writer) throws {
    // virsh writes the start of the element together with the name, so both are missing.
    guard !specification.isEmpty else { return xml.line("/>") }
    let failure = CommandFailure("unable to parse diskspec: \(specification)")
    let parts = commaSeparated(specification)
    var snapshot: String?
    var driver: String?
    var type: String?
    var file: String?
    for part in parts.dropFirst() {
        if snapshot == nil, let value = part.value(of: "snapshot") {
            snapshot = value
        } else if driver == nil, let value = part.value(of: "driver") {
            driver = value
        } else if type == nil, let value = part.value(of: "stype") {
            type = value
        } else if file == nil, let value = part.value(of: "file") {
            file = value
        } else {
            throw failure
        }
    }
    if let type, !["file", "block"].contains(type) {
        throw failure.preceded(by: "Unknown storage type: '\(type)'")
    }
    xml.element(
        "disk", ["name": Writer.escaped(parts[0]), "snapshot": snapshot, "type": type],
        collapsing: true
    ) { xml in
        if let driver { xml.element("driver", ["type": driver]) }
        if let file {
            xml.element("source", [type == "block" ? "dev" : "file": Writer.escaped(file)])
        }
    }
}

extension String {
    /// The text after `key=`; `nil` if the text does not start with that.
    func value(of key: String) -> String? {
        hasPrefix(key + "=") ? String(dropFirst(key.count + 1)) : nil
    }
}
