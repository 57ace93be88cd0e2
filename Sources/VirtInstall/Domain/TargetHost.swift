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
