import Policy

/// The rules that a single row cannot state: which elements are required, which values belong
/// together, and what the role and the host say about them. Writes out defaults of libvirt that
/// the host's configuration could change.
struct XMLRules {
    let questions: XMLQuestions
    var facts = XMLFacts()

    /// Child elements that libvirt would replace by a default, or refuse to do without.
    private static let requiredChildren = [
        "domain": ["name", "memory", "os"],
        "domain/os": ["type"],
        "domain/devices/disk": ["target"],
        "domain/devices/interface/portForward": ["range"],
        "domain/devices/channel": ["target"],
        "domain/devices/rng": ["backend"],
        "domain/devices/tpm": ["backend"],
        "volume": ["name"],
        // Without a format libvirt would probe the content.
        "volume/backingStore": ["path", "format"],
    ]

    init(questions: XMLQuestions) { self.questions = questions }

    /// Applies the rules to an element and everything in it.
    mutating func apply(to element: inout JudgedElement, at path: String) throws {
        for name in Self.requiredChildren[path] ?? [] where !element.has(name) {
            throw Denial(xml: "element '\(element.shown)' has no element '\(name)'")
        }
        try XMLLimits.check(element, at: path)
        switch path {
        case "domain": try applyDomain(&element)
        case "domain/memory", "domain/currentMemory": try applyMemory(&element, at: path)
        case "domain/vcpu": try applyVCPUs(element)
        case "domain/devices/disk": try applyDisk(&element)
        case "domain/devices/interface": try applyInterface(element)
        case "domain/devices/graphics": applyGraphics(&element)
        case "volume": try applyVolume(&element)
        case "domainsnapshot", "domaincheckpoint": facts.name = element.child("name")?.text
        default: break
        }
        for index in element.children.indices {
            try apply(
                to: &element.children[index], at: "\(path)/\(element.children[index].name)")
        }
    }

    // MARK: Domains

    private mutating func applyDomain(_ domain: inout JudgedElement) throws {
        let name = domain.child("name")?.text ?? ""
        let uuid = domain.child("uuid")?.text
        guard try questions.isNameGranted(name, uuid) else {
            throw Denial(xml: "name '\(name)' is not granted, or another domain has it")
        }
        if let uuid, !(try questions.isUUIDGranted(uuid, name)) {
            throw Denial(xml: "uuid '\(uuid)' is not that of domain '\(name)', and not free")
        }
        (facts.name, facts.uuid) = (name, uuid)
    }

    private mutating func applyMemory(_ memory: inout JudgedElement, at path: String) throws {
        let number = UInt64(memory.text) ?? 0
        let size = try bytes(number, unit: memory["unit"], otherwise: 1024, in: memory)
        guard size <= questions.maxMemoryBytes else {
            throw Denial(
                xml: "'\(memory.shown)' is \(size) bytes; the role's max-memory is "
                    + "\(questions.maxMemoryBytes) bytes")
        }
        // libvirt rounds up to KiB.
        memory["unit"] = "KiB"
        memory.text = "\(size / 1024 + (size % 1024 == 0 ? 0 : 1))"
        if path == "domain/memory" { facts.memoryBytes = size }
    }

    private mutating func applyVCPUs(_ vcpu: JudgedElement) throws {
        let maximum = Int(vcpu.text) ?? .max
        guard maximum >= 1, maximum <= questions.maxVCPUs else {
            throw Denial(
                xml: "'\(vcpu.shown)' is \(vcpu.text); the role allows 1 to "
                    + "\(questions.maxVCPUs)")
        }
        if let current = vcpu["current"], !(1...maximum).contains(Int(current) ?? .max) {
            throw Denial(
                xml: "attribute 'current' of '\(vcpu.shown)' is \(current), but must be from 1 to "
                    + "\(maximum)")
        }
        facts.vcpus = maximum
    }

    private func bytes(
        _ number: UInt64, unit: String?, otherwise: UInt64, in element: JudgedElement
    ) throws(Denial) -> UInt64 {
        // libvirt's sizes are signed.
        guard let size = ScaledSize.bytes(number, unit: unit, otherwise: otherwise),
            size <= UInt64(Int64.max)
        else {
            throw Denial(
                xml:
                    "'\(element.shown)' is \(number) of unit '\(unit ?? "")', but the unit must be "
                    + "one of \(ScaledSize.units), and the size less than 8 EiB")
        }
        return size
    }

    // MARK: Disks

    private mutating func applyDisk(_ disk: inout JudgedElement) throws {
        let isCDROM = disk["device"] == "cdrom"
        // As libvirt does.
        if isCDROM { disk.add("readonly") }
        guard let source = disk.child("source"), let pool = source["pool"],
            let volume = source["volume"]
        else {
            // An empty drive.
            if isCDROM { return }
            throw Denial(xml: "element '\(disk.shown)' has no element 'source'")
        }
        // libvirt would probe the format of a disk without a driver, or take it from the host's
        // configuration.
        guard let format = disk.child("driver")?["type"].flatMap({ DiskFormat(rawValue: $0) })
        else {
            throw Denial(
                xml: "element '\(disk.shown)' has no element 'driver' whose attribute 'type' is "
                    + "the format of the volume, raw or qcow2")
        }
        let reference = VolumeReference(
            pool: pool, volume: volume, format: format, isReadOnly: disk.has("readonly"))
        switch try questions.accessToPool(pool) {
        case .readWrite: break
        case .read where reference.isReadOnly: break
        case .read:
            throw Denial(
                xml: "pool '\(clean(pool))' is granted for reading; '\(disk.shown)' must be "
                    + "readonly")
        case nil: throw Denial(xml: "pool '\(clean(pool))' is not granted")
        }
        guard try questions.isVolumeGranted(reference) else {
            throw Denial(
                xml: "volume '\(clean(volume))' of pool '\(clean(pool))' cannot be a disk of this "
                    + "domain")
        }
        facts.volumes.append(reference)
    }

    // MARK: Interfaces

    private mutating func applyInterface(_ interface: JudgedElement) throws {
        if interface["type"] == "user" {
            try forbid(["source"], in: interface, unless: "type 'network'")
            // Without it, it would be SLIRP.
            guard interface.has("backend") else {
                throw Denial(
                    xml: "element '\(interface.shown)' of type 'user' has no element 'backend' "
                        + "whose attribute 'type' is passt")
            }
            guard try questions.isNetworkGranted("user") else {
                throw Denial(xml: "'\(interface.shown)' of type 'user' is not granted")
            }
        } else {
            try forbid(["backend", "portForward"], in: interface, unless: "type 'user'")
            guard let network = interface.child("source")?["network"] else {
                throw Denial(xml: "element '\(interface.shown)' has no element 'source'")
            }
            // `user` is not a network: it grants interfaces of type user.
            guard network != "user", try questions.isNetworkGranted(network) else {
                throw Denial(xml: "network '\(clean(network))' is not granted")
            }
        }
        if let mac = interface.child("mac")?["address"] {
            guard !facts.macs.contains(mac), try questions.isMACFree(mac) else {
                throw Denial(xml: "MAC address '\(mac)' is not free")
            }
            facts.macs.append(mac)
        }
        for forward in interface.children where forward.name == "portForward" {
            try applyForward(forward)
        }
    }

    private func forbid(
        _ names: [String], in element: JudgedElement, unless condition: String
    ) throws(Denial) {
        for name in names where element.has(name) {
            throw Denial(
                xml: "element '\(element.shown)/\(name)' is allowed only with \(condition)")
        }
    }

    private mutating func applyForward(_ forward: JudgedElement) throws {
        let address = forward["address"]
        guard try questions.isHostAddressGranted(address) else {
            throw Denial(
                xml: address.map { "host address '\(clean($0))' is not granted" }
                    ?? "'\(forward.shown)' has no attribute 'address', and so would take all "
                    + "addresses of the host, which is not granted")
        }
        for range in forward.children where range.name == "range" {
            guard let start = UInt16(range["start"] ?? ""),
                let end = UInt16(range["end"] ?? range["start"] ?? ""), start <= end
            else {
                throw Denial(
                    xml: "attribute 'end' of '\(range.shown)' is less than its attribute 'start'")
            }
            if let to = range["to"] {
                guard let first = UInt64(to), first > 0, first + UInt64(end - start) <= 65535
                else {
                    throw Denial(
                        xml: "attribute 'to' of '\(range.shown)' is \(to), but the ports of the "
                            + "guest must be from 1 to 65535")
                }
            }
            guard let transport = HostPorts.TransportProtocol(rawValue: forward["proto"] ?? "")
            else { continue }
            let ports = HostPorts(transport: transport, address: address, ports: start...end)
            guard try questions.areHostPortsGranted(ports) else {
                throw Denial(
                    xml: "host port \(start)\(start == end ? "" : "-\(end)") is not granted, or "
                        + "another domain has it")
            }
            facts.hostPorts.append(ports)
        }
    }

    // MARK: Graphics

    /// Without them the server listens as the host's qemu.conf says.
    private func applyGraphics(_ graphics: inout JudgedElement) {
        graphics["autoport"] = "yes"
        graphics["listen"] = "127.0.0.1"
        for index in graphics.children.indices where graphics.children[index].name == "listen" {
            graphics.children[index]["address"] = "127.0.0.1"
        }
    }

    // MARK: Volumes

    private mutating func applyVolume(_ volume: inout JudgedElement) throws {
        let name = volume.child("name")?.text ?? ""
        guard name != ".", name != "..", try questions.isNewVolumeGranted(name) else {
            throw Denial(xml: "volume '\(name)' is not granted as a new volume, or exists")
        }
        facts.name = name
        for index in volume.children.indices {
            let child = volume.children[index]
            guard child.name == "capacity" || child.name == "allocation" else { continue }
            let size = try bytes(
                UInt64(child.text) ?? 0, unit: child["unit"], otherwise: 1, in: child)
            guard try questions.isCapacityGranted(size) else {
                throw Denial(xml: "'\(child.shown)' is \(size) bytes, more than the role allows")
            }
            volume.children[index]["unit"] = "bytes"
            volume.children[index].text = "\(size)"
            if child.name == "capacity" { facts.capacityBytes = size }
        }
        let format = try applyFormat(to: &volume)
        facts.format = format
        if let backing = volume.child("backingStore") {
            guard format == .qcow2 else {
                throw Denial(
                    xml: "element '\(backing.shown)' is allowed only with the format qcow2")
            }
            let path = backing.child("path")?.text ?? ""
            let format = DiskFormat(rawValue: backing.child("format")?["type"] ?? "")
            guard let format, try questions.isBackingVolumeGranted(path, format) else {
                throw Denial(
                    xml: "'\(clean(path))' is not the path of a volume that may be a backing file")
            }
            facts.backingPath = path
        }
    }

    /// The format of a new volume, which is written out if it is missing.
    private func applyFormat(to volume: inout JudgedElement) throws(Denial) -> DiskFormat {
        volume.add("target")
        guard let index = volume.children.firstIndex(where: { $0.name == "target" }) else {
            return .raw
        }
        volume.children[index].add("format")
        guard
            let format = volume.children[index].children.firstIndex(where: { $0.name == "format" })
        else { return .raw }
        let type = volume.children[index].children[format]["type"] ?? DiskFormat.raw.rawValue
        volume.children[index].children[format]["type"] = type
        let judged = DiskFormat(rawValue: type) ?? .raw
        guard judged == .qcow2 || !volume.children[index].has("compat") else {
            throw Denial(
                xml: "element '\(volume.shown)/target/compat' is allowed only with the format qcow2"
            )
        }
        return judged
    }
}
