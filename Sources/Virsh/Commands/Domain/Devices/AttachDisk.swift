import Confinement
import Libvirt
import Policy
import System
import XML

extension Command {
    /// virsh 9.0.0: `cmdAttachDisk` in virsh-domain.c.
    static let attachDisk = Command(
        "attach-disk", .devices, on: [.domain, .volume], help: "attach a disk"
    ) { options in
        let domain = options.domain()
        let disk = DiskOptions(&options)
        let impact = options.deviceImpact()

        return { shell, given in
            try impact.check(given)
            let xml = try disk.xml(given, shell.policy)
            if try given[disk.printXML] { return shell.print(xml) }
            let domain = try shell.domain(given[domain])
            let chosen = impact.impact(of: given, on: domain, shell)
            try shell.gate.exclusively {
                let xml = try shell.gate.judged(
                    device: shell.withVolume(disk: xml), to: .attach, domain)
                try shell.explaining("Failed to attach disk") { () throws(LibvirtError) in
                    try domain.attachDevice(xml, impact.nilIfUnspecified(chosen, given))
                }
            }
            shell.printExtra("Disk attached successfully\n")
        }
    }
}

/// The options that describe a new disk.
private struct DiskOptions {
    let source, target: Key<String>
    let targetBus, driver, subdriver, ioThread, cache, io, type, mode: Key<String?>
    let sourceType, serial, wwn, alias, address: Key<String?>
    let rawIO, multifunction, printXML: Key<Bool>
    let protocolName, hostName, hostTransport, hostSocket, throttleGroups: Key<String?>

    init(_ options: inout Options) {
        source = options.data("source", "file, device or network volume", mayBeEmpty: true)
        let place = options.onceBare
        target = options.data("target", "target name, e.g. vdb")
        targetBus = options.string("targetbus", "bus of the emulated disk", place: place)
        driver = options.string("driver", "driver of the disk", place: place)
        subdriver = options.string("subdriver", "format of the source, e.g. qcow2", place: place)
        ioThread = options.string("iothread", "id of its I/O thread", place: place)
        cache = options.string("cache", "cache mode", place: place)
        io = options.string("io", "I/O mode: native, threads or io_uring", place: place)
        type = options.string("type", "type of the disk, e.g. cdrom", place: place)
        options.alias("shareable", for: "mode=shareable")
        mode = options.string("mode", "'readonly' or 'shareable'", place: place)
        sourceType = options.string("sourcetype", "'file', 'block' or 'network'", place: place)
        serial = options.string("serial", "serial number", place: place)
        wwn = options.string("wwn", "world wide name", place: place)
        alias = options.string("alias", "alias, starting with ua-", place: place)
        rawIO = options.flag("rawio", "allow raw I/O (CAP_SYS_RAWIO)")
        address = options.string("address", "address in the guest", place: place)
        multifunction = options.flag("multifunction", "make its PCI address multifunction")
        printXML = options.flag("print-xml", "only print the XML")
        protocolName = options.string(
            "source-protocol", "protocol of a network source", place: place)
        hostName = options.string(
            "source-host-name", "host of a network source: name[:port]", place: place)
        hostTransport = options.string(
            "source-host-transport", "transport of a network source", place: place)
        hostSocket = options.string(
            "source-host-socket", "Unix socket of a network source", place: place)
        throttleGroups = options.string(
            "throttle-groups", "throttle groups of the disk: a,b,...", place: .named,
            since: .init(11, 2))
    }

    /// The element `<disk>`.
    func xml(_ given: ParsedOptions, _ policy: Policy) throws -> String {
        try given.requires(hostName, protocolName)
        try given.requires(hostTransport, protocolName)
        try given.requires(hostSocket, protocolName)
        try given.requires(hostSocket, hostTransport)
        try given.exclusive(hostName, hostSocket)
        // virsh reads all options before it checks their values: an empty value is the first
        // error reported.
        _ = try (given[source], given[target])
        for key in [
            driver, subdriver, type, mode, ioThread, cache, io, serial, wwn, address, targetBus,
            alias, sourceType, protocolName, hostName, hostTransport, hostSocket, throttleGroups,
        ] { _ = try given[key] }

        let kind = try sourceKind(given, policy)
        if let mode = try given[mode], !["readonly", "shareable"].contains(mode) {
            throw CommandFailure("No support for \(mode) in command 'attach-disk'")
        }
        if let wwn = try given[wwn] { try checkWWN(wwn) }

        func escaped(_ key: Key<String?>) throws -> String? {
            try given[key].map { Writer.escaped($0) }
        }
        // A quirk of virsh: it escapes some values and not others.
        var xml = Writer(escaping: false)
        let device = try escaped(type)
        try xml.element(
            "disk",
            ["type": kind, "device": device, "rawio": given.has(rawIO) ? "yes" : nil]
        ) { xml in
            if [driver, subdriver, ioThread, cache, io].contains(where: given.has) {
                xml.element(
                    "driver",
                    [
                        "name": try escaped(driver), "type": try escaped(subdriver),
                        "iothread": try escaped(ioThread), "cache": try escaped(cache),
                        "io": try escaped(io),
                    ])
            }
            try writeSource(to: &xml, kind: kind, given)
            let target = try given[target]
            xml.element("target", ["dev": target, "bus": try given[targetBus]])
            if let groups = try given[throttleGroups] {
                xml.element("throttlefilters") { xml in
                    for group in groups.split(separator: ",", omittingEmptySubsequences: false) {
                        xml.element("throttlefilter", ["group": String(group)])
                    }
                }
            }
            if let mode = try given[mode] { xml.element(mode) }
            if let serial = try given[serial] { xml.element("serial", text: serial) }
            if let alias = try given[alias] { xml.element("alias", ["name": alias]) }
            if let wwn = try given[wwn] { xml.element("wwn", text: wwn) }
            if let text = try given[address] {
                let address = try checkedAddress(text, target: target)
                address.write(to: &xml, multifunction: given.has(multifunction))
            }
        }
        return xml.text
    }

    /// The disk's type: given, or guessed from the protocol, the driver and the source.
    private func sourceKind(_ given: ParsedOptions, _ policy: Policy) throws -> String {
        var kind = try given[sourceType]
        if let kind, !["file", "block", "network"].contains(kind) {
            throw CommandFailure("Unknown source type: '\(kind)'")
        }
        let isRemote = try given[protocolName] != nil
        if kind == nil {
            if isRemote {
                kind = "network"
            } else {
                // virsh looks at the path on the host that it runs on, even if the hypervisor is
                // on another one. A role may not learn what is there.
                let driver = try given[driver]
                let isDevice =
                    try policy.limits == nil && driver != "file" && driver != "tap"
                    && isBlockDevice(given[source])
                kind = isDevice ? "block" : "file"
            }
        }
        guard (kind == "network") == isRemote else {
            throw CommandFailure("--source-protocol option requires --sourcetype network")
        }
        return kind ?? "file"
    }

    private func writeSource(to xml: inout Writer, kind: String, _ given: ParsedOptions) throws {
        let source = Writer.escaped(try given[source])
        guard kind == "network" else {
            return xml.element("source", [kind == "block" ? "dev" : "file": source])
        }
        func escaped(_ key: Key<String?>) throws -> String? {
            try given[key].map { Writer.escaped($0) }
        }
        try xml.element(
            "source", ["protocol": try escaped(protocolName), "name": source], collapsing: true
        ) { xml in
            // The port of `name:port` becomes an attribute of its own.
            let parts = try given[hostName]?.split(
                separator: ":", maxSplits: 1, omittingEmptySubsequences: false
            ).map { Writer.escaped(String($0)) }
            let transport = try escaped(hostTransport)
            let socket = try escaped(hostSocket)
            guard transport != nil || socket != nil || parts != nil else { return }
            xml.element(
                "host",
                [
                    "transport": transport, "socket": socket, "name": parts?.first,
                    "port": parts?.count == 2 ? parts?.last : nil,
                ])
        }
    }
}

/// Checks for 16 hexadecimal digits. The error is libvirt's, which virsh prints alone.
/// libvirt 9.0.0: `virValidateWWN`.
private func checkWWN(_ wwn: String) throws(CommandFailure) {
    let digits = wwn.hasPrefix("0x") ? wwn.dropFirst(2) : wwn[...]
    guard digits.utf8.count == 16, digits.unicodeScalars.allSatisfy(\.properties.isASCIIHexDigit)
    else {
        LibvirtError(code: .internalError, message: "internal error: Malformed wwn: \(wwn)")
            .report()
        throw .silent
    }
}

/// Parses an address and checks that its kind fits the target's prefix, which implies the bus.
/// virsh 9.0.0: `cmdAttachDiskFormatAddress`.
private func checkedAddress(
    _ text: String, target: String
) throws(CommandFailure) -> DeviceAddress {
    guard let address = DeviceAddress(text) else { throw CommandFailure("Invalid address.") }
    if target.hasPrefix("vd"), ![.pci, .ccw].contains(address.kind) {
        throw CommandFailure("expecting a pci:0000.00.00.00 or ccw:00.0.0000 address.")
    }
    if target.hasPrefix("sd"), ![.scsi, .usb, .sata].contains(address.kind) {
        throw CommandFailure(
            "expecting a scsi:00.00.00 or usb:00.00 or sata:00.00.00 address.")
    }
    if target.hasPrefix("hd"), address.kind != .ide {
        throw CommandFailure("expecting an ide:00.00.00 address.")
    }
    return address
}
