import GuestAccess
import System
import Text
import XML

/// Who a new guest is, and where its files are.
struct GuestIdentity {
    let name: String
    let uuid: String
    /// The prefix of the names of its files. Random letters at its end make it unique.
    let stem: String

    /// Whether no other domain will ever have the name.
    var hasOwnName: Bool { name == stem }

    private static let letters = Array("abcdefghijklmnopqrstuvwxyz0123456789")

    /// `name`: as the client wants it; `nil`: like the template's, and random.
    init(name: String?, template: String) {
        let random = String((0..<10).map { _ in Self.letters.randomElement() ?? "a" })
        // With all endings it must be the name of a file.
        stem = "\((name ?? template).prefix(bytes: 200))-\(random)"
        self.name = name ?? stem
        uuid = randomUUID()
    }
}

/// The description of a guest: that of its template, with everything in it that must not be the
/// same for two domains of a host.
struct GuestDescription {
    let document: Document
    private var root: Node { document.root }
    private let identity: GuestIdentity
    /// The files that libvirt makes for the guest: the logs of its consoles.
    private(set) var logs: [String] = []
    /// The file with the firmware's variables; `nil` if the firmware has none.
    private(set) var nvram: String?

    /// Changes the template's document.
    init(_ template: GuestTemplate, _ identity: GuestIdentity) throws {
        document = template.document
        self.identity = identity
        setIdentity()
        try setInterfaces()
        try setDevices()
        if let old = template.nvram { try setNVRAM(beside: old) }
    }

    private func setIdentity() {
        for element in root.elements("name") { element.setText(identity.name) }
        for element in root.elements("uuid") { element.setText(identity.uuid) }
        for element in root.elements("genid") { element.setText(randomUUID()) }
        // libvirt requires that it is the same as the domain's.
        for sysinfo in root.elements("sysinfo") {
            for entry in sysinfo.elements("system").flatMap({ $0.elements("entry") })
            where entry["name"] == "uuid" {
                entry.setText(identity.uuid)
            }
        }
    }

    private func setInterfaces() throws {
        for interface in try root.nodes("devices/interface") {
            for mac in interface.elements("mac") { mac.set("address", to: randomMAC()) }
            // The host's end; libvirt chooses another name.
            if interface["type"] != "ethernet" {
                for target in interface.elements("target") { target.remove() }
            }
            for backend in interface.elements("backend") { backend.remove(attribute: "logFile") }
        }
    }

    private mutating func setDevices() throws {
        // Without an address, libvirt chooses one.
        for cid in try root.nodes("devices/vsock/cid") {
            cid.set("auto", to: "yes")
            cid.remove(attribute: "address")
        }
        for graphics in try root.nodes("devices/graphics") {
            if graphics["port"] != nil { graphics.set("autoport", to: "yes") }
            for name in ["port", "tlsPort", "websocket", "socket"] {
                graphics.remove(attribute: name)
            }
            for listen in graphics.elements("listen") { listen.remove(attribute: "socket") }
        }
        for source in try root.nodes(
            "devices/channel[@type='unix'][target/@type='virtio']/source[not(@mode='connect')]")
        {
            source.remove()
        }
        // A fresh one, in the place that libvirt removes with the domain.
        for backend in try root.nodes("devices/tpm/backend[@type='emulator']") {
            backend.remove(attribute: "persistent_state")
            for source in backend.elements("source") { source.remove() }
        }
        try setLogs()
    }

    /// The first console is mostly another description of the first serial port, with the same log.
    private mutating func setLogs() throws {
        var new: [String: String] = [:]
        for (element, name) in try root.nodes("devices/*/log[@file]").map({ ($0, "file") })
            + root.nodes("devices/*[@type='file']/source[@path]").map({ ($0, "path") })
        {
            guard let old = element[name], old.hasPrefix("/") else { continue }
            let number = new.isEmpty ? "" : "-\(new.count)"
            let directory = parentDirectory(of: old)
            let path = new[old] ?? "\(directory)/\(identity.stem)-console\(number).log"
            new[old] = path
            element.set(name, to: path)
        }
        logs = new.values.sorted()
    }

    private mutating func setNVRAM(beside old: String) throws {
        let path = "\(parentDirectory(of: old))/\(identity.stem)_VARS.fd"
        nvram = path
        for element in root.elements("os").flatMap({ $0.elements("nvram") }) {
            if let source = element.elements("source").first {
                source.set("file", to: path)
            } else {
                element.setText(path)
            }
        }
    }

    // MARK: Disks

    /// Replaces a disk's source by a file.
    func set(_ disk: Node, file: String, format: String) {
        disk.set("type", to: "file")
        for name in ["backingStore", "mirror", "transient", "shareable"] {
            for element in disk.elements(name) { element.remove() }
        }
        for source in disk.elements("source") {
            source.removeAttributes()
            source.set("file", to: file)
        }
        if let driver = disk.elements("driver").first {
            driver.set("type", to: format)
        } else {
            let driver = disk.append("driver")
            driver.set("name", to: "qemu")
            driver.set("type", to: format)
        }
    }

    /// Adds a disk that the guest only reads, on the bus of another one.
    func add(readOnly file: String, like disk: Node) throws {
        let target = disk.elements("target").first
        let bus = target?["bus"] ?? "virtio"
        let used = Set(try root.nodes("devices/disk/target/@dev").map(\.text))
        let prefix = String((target?["dev"] ?? "vda").prefix(2))
        let letters = "abcdefghijklmnopqrstuvwxyz".map { "\(prefix)\($0)" }
        guard let devices = root.elements("devices").first,
            let device = letters.first(where: { !used.contains($0) })
        else { return }
        let new = devices.append("disk")
        new.set("type", to: "file")
        // virtio has no drives for CDs, and the controllers of the others no disks to read only.
        new.set("device", to: bus == "virtio" ? "disk" : "cdrom")
        let driver = new.append("driver")
        driver.set("name", to: "qemu")
        driver.set("type", to: "raw")
        new.append("source").set("file", to: file)
        let place = new.append("target")
        place.set("dev", to: device)
        place.set("bus", to: bus)
        _ = new.append("readonly")
    }

    // MARK: Network

    /// Connects passt to QEMU by shared memory, which is faster than a socket. libvirt can do it
    /// from 11.1.0 on.
    func useVHostUser() throws {
        // What the template says of its memory stays.
        guard root.elements("memoryBacking").isEmpty, try root.nodes("cpu/numa").isEmpty else {
            return
        }
        let interfaces = try root.nodes(
            "devices/interface[@type='user'][backend/@type='passt'][model/@type='virtio']"
                + "[not(source)]")
        guard !interfaces.isEmpty else { return }
        for interface in interfaces { interface.set("type", to: "vhostuser") }
        let memory = root.append("memoryBacking")
        memory.append("source").set("type", to: "memfd")
        memory.append("access").set("mode", to: "shared")
    }

    /// The first version of libvirt with passt by vhost-user.
    static let vhostUserVersion: UInt = 11_001_000

    var xml: String { root.serialized(format: false) }
}

/// E.g. `52:54:00:1b:9f:c2`: QEMU's own addresses begin so.
private func randomMAC() -> String {
    let bytes = (0..<3).map { _ in UInt8.random(in: 0...255) }
    return "52:54:00:" + hexadecimal(bytes[...], separator: ":")
}

extension String {
    /// The longest beginning of at most that many bytes.
    fileprivate func prefix(bytes limit: Int) -> String {
        var (text, length) = ("", 0)
        for character in self {
            length += character.utf8.count
            guard length <= limit else { break }
            text.append(character)
        }
        return text
    }
}
