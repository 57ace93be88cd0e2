import InstallMedia
import Libvirt
import OSInfo
import System
import Text
import XML

/// The host of the new guest. Caches the results of libvirt's calls, which can take seconds.
final class TargetHost {
    let connection: Connection
    /// The version of virt-install that the run behaves as.
    let version: InstallVersion
    /// The connection's URI in its full form, e.g. `qemu:///system`.
    let uri: String
    let driver: Driver
    /// The host name in the URI; `nil` for this host.
    let hostname: String?
    /// The URI's path, e.g. `/system`.
    let path: String

    /// A driver of libvirt, as far as guests differ by it.
    enum Driver {
        case qemu, test, xen, lxc, openVZ, bhyve, virtuozzo, other

        /// From the URI's scheme without transport, e.g. `qemu`. virt-install compares prefixes,
        /// too.
        init(scheme: String) {
            let known: [(prefix: String, driver: Driver)] = [
                ("qemu", .qemu), ("test", .test), ("xen", .xen), ("libxl", .xen), ("lxc", .lxc),
                ("openvz", .openVZ), ("bhyve", .bhyve), ("vz", .virtuozzo),
                ("parallels", .virtuozzo),
            ]
            self = known.first { scheme.hasPrefix($0.prefix) }?.driver ?? .other
        }
    }

    /// The files that options name.
    let files: InputFiles
    /// What the client's role permits.
    let gate: InstallGate

    convenience init(
        _ connection: Connection, _ version: InstallVersion, files: InputFiles, gate: InstallGate
    ) throws {
        self.init(connection, version, uri: try connection.uri(), files: files, gate: gate)
    }

    /// `uri` decides what kind of host this is. Tests pass the URI of a host that they only
    /// describe.
    init(
        _ connection: Connection, _ version: InstallVersion, uri: String,
        database: Database = Database(),
        files: InputFiles = .lineProtocol, gate: InstallGate = .unconfined
    ) {
        self.connection = connection
        self.version = version
        self.files = gate.files(files)
        self.gate = gate
        self.database = database
        self.uri = uri
        let parts = URI(uri)
        driver = Driver(scheme: parts.driver)
        // Unlike `URI.isLocal`, virt-install considers a host remote that a URI names `localhost`.
        hostname = parts.host
        path = parts.path
    }

    var isRemote: Bool { hostname != nil }
    var isPrivileged: Bool {
        switch path {
        case "/session": false
        case "/embed": ProcessInformation.isRoot
        default: true
        }
    }
    var isQEMU: Bool { driver == .qemu }
    var isTest: Bool { driver == .test }
    var isXen: Bool { driver == .xen }
    var isLXC: Bool { driver == .lxc }
    var isBhyve: Bool { driver == .bhyve }
    var isVZ: Bool { driver == .virtuozzo }

    /// The osinfo database.
    let database: Database

    /// The document `<capabilities>`; cached.
    func capabilities() throws -> Node {
        if let known = knownCapabilities { return known.root }
        let document = try Document(parsing: try connection.capabilities(), keepBlanks: false)
        knownCapabilities = document
        return document.root
    }
    /// Set by tests to describe another host.
    var knownCapabilities: Document?

    /// The host's own architecture, e.g. `x86_64`.
    func architecture() throws -> String? { try capabilities().value("host/cpu/arch") }

    /// The capabilities of the hypervisor for a kind of guest; cached.
    func domainCapabilities(_ emulation: Emulation) -> DomainCapabilities {
        let key = [emulation.emulator, emulation.architecture, emulation.machine, emulation.type]
        if let known = knownDomainCapabilities[key] { return known }
        // Not an error: some drivers do not support the call, or do not know the machine. Then the
        // defaults are those for an old host.
        var root: Node?
        do {
            let text = try describedDomain?(emulation) ?? connection.domainCapabilities(emulation)
            root = try Document(parsing: text, keepBlanks: false).root
        } catch {
            // `root` stays nil.
        }
        let found = DomainCapabilities(root: root)
        knownDomainCapabilities[key] = found
        return found
    }
    /// Set by tests to replace the hypervisor's answer.
    var describedDomain: ((Emulation) -> String)?
    private var knownDomainCapabilities: [[String?]: DomainCapabilities] = [:]

    /// The XML of the host's devices; cached.
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

    /// The XML of all existing guests; cached.
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

    /// The cache of `pools()`, which is in HostStorage.swift.
    var knownPools: [PoolEntry]?
}
