import Host
import Libvirt
import OSInfo
import XML

/// The host that a guest is made on, and what is asked of it once and kept: an answer can take
/// libvirt seconds.
final class TargetHost {
    let connection: Connection
    /// The connection's URI in its full form, e.g. `qemu:///system`.
    let uri: String
    /// The URI's scheme without transport, e.g. `qemu`.
    let driver: String
    /// The machine in the URI; `nil` for this one.
    let hostname: String?
    /// The URI's path, e.g. `/system`.
    let path: String

    convenience init(_ connection: Connection) throws {
        self.init(connection, uri: try connection.uri())
    }

    /// `uri` is what the host says that it is: a test's connection may stand for another.
    init(_ connection: Connection, uri: String, database: Database = Database()) {
        self.connection = connection
        self.database = database
        self.uri = uri
        let scheme = uri.prefix { $0 != ":" }
        driver = String(scheme.prefix { $0 != "+" })
        var rest = uri.dropFirst(scheme.count + 1).prefix { $0 != "?" && $0 != "#" }
        var host: Substring = ""
        if rest.hasPrefix("//") {
            rest = rest.dropFirst(2)
            let authority = rest.prefix { $0 != "/" }
            rest = rest.dropFirst(authority.count)
            host = authority.split(separator: "@").last ?? ""
            if host.hasPrefix("[") {
                host = host.dropFirst().prefix { $0 != "]" }
            } else {
                host = host.prefix { $0 != ":" }
            }
        }
        hostname = host.isEmpty ? nil : String(host)
        path = String(rest)
    }

    var isRemote: Bool { hostname != nil }
    var isPrivileged: Bool {
        switch path {
        case "/session": false
        case "/embed": ProcessInformation.isRoot
        default: true
        }
    }
    var isQEMU: Bool { driver.hasPrefix("qemu") }
    var isTest: Bool { driver.hasPrefix("test") }
    var isXen: Bool { driver.hasPrefix("xen") || driver.hasPrefix("libxl") }
    var isLXC: Bool { driver.hasPrefix("lxc") }
    var isBhyve: Bool { driver.hasPrefix("bhyve") }
    var isVZ: Bool { driver.hasPrefix("vz") || driver.hasPrefix("parallels") }
    var isContainerOnly: Bool { isLXC || driver.hasPrefix("openvz") }

    /// What is known of operating systems.
    let database: Database

    /// The document `<capabilities>`, asked for once.
    func capabilities() throws -> Node {
        if let known = knownCapabilities { return known.root }
        let document = try Document(parsing: try connection.capabilities(), keepBlanks: false)
        knownCapabilities = document
        return document.root
    }
    var knownCapabilities: Document?

    /// The host's own architecture, e.g. `x86_64`.
    func architecture() throws -> String? { try capabilities().value("host/cpu/arch") }

    /// What the hypervisor says of a kind of guest, asked for once for each kind.
    func domainCapabilities(_ emulation: Emulation) -> DomainCapabilities {
        let key = [emulation.emulator, emulation.architecture, emulation.machine, emulation.type]
        if let known = knownDomainCapabilities[key] { return known }
        // A driver without them (or one that doesn't know the machine) makes the defaults those of
        // old hosts; it is no error of the run.
        var root: Node?
        do {
            let text = try describedDomain?(emulation) ?? connection.domainCapabilities(emulation)
            root = try Document(parsing: text, keepBlanks: false).root
        } catch {
            LibvirtError.forgetReported()
        }
        let found = DomainCapabilities(root: root)
        knownDomainCapabilities[key] = found
        return found
    }
    /// Answers in the hypervisor's place, for a host that is only described.
    var describedDomain: ((Emulation) -> String)?
    private var knownDomainCapabilities: [[String?]: DomainCapabilities] = [:]

    /// The host's devices, read once.
    func nodeDevices() throws -> [Node] {
        if let known = knownNodeDevices { return known }
        var found: [Node] = []
        for device in try connection.nodeDevices([]) {
            found.append(try Document(parsing: try device.xml(), keepBlanks: false).root)
        }
        knownNodeDevices = found
        return found
    }
    private var knownNodeDevices: [Node]?

    /// The descriptions of all guests, read once.
    func otherGuests() throws -> [Node] {
        if let known = knownGuests { return known }
        var found: [Node] = []
        for domain in try connection.domains() {
            found.append(try Document(parsing: try domain.xml(), keepBlanks: false).root)
        }
        knownGuests = found
        return found
    }
    private var knownGuests: [Node]?

    /// See `pools`.
    var knownPools: [PoolEntry]?
}

/// A document `<domainCapabilities>`.
struct DomainCapabilities {
    /// `nil` where the driver has none.
    let root: Node?

    /// An element's text or attribute's value, e.g. `arch` or `features/sev/@supported`.
    func value(_ path: String) -> String? { root?.value(path) }

    /// What an enumeration of a block offers, e.g. `devices/graphics` and `type`; `nil` where it
    /// has no such one.
    func values(_ block: String, _ name: String) -> [String]? {
        root?.element("\(block)/enum[@name='\(name)']")?.elements("value").map(\.text)
    }

    func offers(_ block: String, _ name: String, _ value: String) -> Bool {
        values(block, name)?.contains(value) ?? false
    }

    /// A processor mode's element, e.g. `host-passthrough`.
    func cpuMode(_ name: String) -> Node? { root?.element("cpu/mode[@name='\(name)']") }

    var offersEFI: Bool { offers("os", "firmware", "efi") }
}

/// A kind of guest that the host can run: an element `<guest>` of its capabilities and one
/// `<domain>` in it.
struct GuestSupport {
    let guest: Node
    let domain: Node

    /// The type of domain, e.g. `kvm`.
    var type: String { domain["type"] ?? "" }
    /// E.g. `hvm`.
    var osType: String { guest.value("os_type") ?? "" }
    var architecture: String { guest.value("arch/@name") ?? "" }
    var loader: String? { guest.value("arch/loader") }
    var emulator: String? { domain.value("emulator") ?? guest.value("arch/emulator") }

    private var machineElements: [Node] {
        let own = domain.elements("machine")
        return own.isEmpty ? guest.elements(at: "arch/machine") : own
    }

    /// The machines, each with its full name behind it.
    var machines: [String] {
        machineElements.reduce(into: []) { names, machine in
            names.append(machine.text)
            if let canonical = machine["canonical"], !names.contains(canonical) {
                names.append(canonical)
            }
        }
    }

    func isAlias(_ name: String?, of canonical: String?) -> Bool {
        machineElements.contains { $0.text == name && $0["canonical"] == canonical }
    }

    /// The alias of each machine that has one: `pc` and `pc-i440fx-7.2`.
    var aliases: [(name: String, canonical: String)] {
        machineElements.compactMap { machine in
            machine["canonical"].map { (machine.text, $0) }
        }
    }

    var hasPAE: Bool { guest.has("features/pae") }
    var hasACPI: Bool { guest.value("features/acpi/@default") == "on" }
    var hasAPIC: Bool { guest.value("features/apic/@default") == "on" }
}

extension TargetHost {
    /// The kind of guest that fits best what is asked for; `nil` is as the host prefers it.
    func support(
        osType: String?, architecture: String?, type: String?, machine: String?
    ) throws -> GuestSupport {
        let osType = osType == "linux" ? "xen" : osType
        let guests = try capabilities().elements("guest")
        let own = try self.architecture()
        let wanted: [String?] = architecture == nil ? [own, nil] : [architecture]
        let guest = wanted.lazy.compactMap { wanted in
            guests.first { guest in
                (osType == nil || guest.value("os_type") == osType)
                    && (wanted == nil || guest.value("arch/@name") == wanted)
            }
        }.first
        guard let guest else {
            switch (architecture, osType) {
            case (let architecture?, let osType?):
                throw InstallFailure(
                    "Host does not support virtualization type '\(osType)' "
                        + "for architecture '\(architecture)'")
            case (let architecture?, nil):
                throw InstallFailure(
                    "Host does not support any virtualization options "
                        + "for architecture '\(architecture)'")
            case (nil, let osType?):
                throw InstallFailure("Host does not support virtualization type '\(osType)'")
            case (nil, nil):
                throw InstallFailure("Host does not support any virtualization options")
            }
        }
        let fitting = guest.elements(at: "arch/domain").map {
            GuestSupport(guest: guest, domain: $0)
        }.filter { support in
            (type == nil || support.type == type?.lowercased())
                && (machine.map { support.machines.contains($0) } ?? true)
        }
        let preferred = ["kvm", "xen", "qemu"].lazy.compactMap { name in
            fitting.first { $0.type == name }
        }.first
        if let found = preferred ?? fitting.last { return found }
        let os = guest.value("os_type") ?? ""
        let name = guest.value("arch/@name") ?? ""
        let machinePart = machine.map { " with machine '\($0)'" } ?? ""
        throw InstallFailure(
            "Host does not support domain type \(type ?? "None")\(machinePart) "
                + "for virtualization type '\(os)' with architecture '\(name)'")
    }
}
