import Host
import Libvirt
import XML

/// What the checks look at; each thing is read when the first of them asks for it.
final class HostView {
    /// The domain and the pool that the client asked for; `nil` means all that matter.
    let domainName: String?
    let poolName: String?
    let client: Client
    let state: StateDirectory
    let uri: String?
    /// Why there is no connection, or the connection.
    let host: Result<Connection, LibvirtError>
    private let begin = ContinuousClock.now

    /// When a program that is started now has to be done: all is told within two seconds, unless
    /// libvirt takes that long.
    var deadline: ContinuousClock.Instant {
        max(begin + .milliseconds(1500), .now + .milliseconds(500))
    }

    init(
        _ host: HostConnection, _ client: Client, _ state: StateDirectory, domain: String? = nil,
        pool: String? = nil
    ) {
        domainName = domain
        poolName = pool
        self.client = client
        self.state = state
        uri = host.uri
        self.host = Result { () throws(LibvirtError) in try host.open() }
    }

    func connection() throws -> Connection {
        do throws(LibvirtError) { return try host.get() } catch {
            throw Refusal(Refusal.Kind(error), "libvirt cannot be reached")
        }
    }

    /// Fails where what the client named is not there; without libvirt that is not known.
    func requireWhatIsNamed() throws {
        guard case .success(let connection) = host else { return }
        if domainName != nil { _ = try domains() }
        guard let poolName, try PoolFacts(poolName, connection).type == nil else { return }
        throw Refusal(
            .notFound, "there is no pool '\(poolName)'", object: poolName,
            hint: "list them with 'virsh pool-list --all'")
    }

    /// Fails where libvirt is on another host: nothing of it can be seen but what libvirt tells.
    func requireLocal() throws {
        guard let remote = remoteHost(uri ?? "") else { return }
        throw Refusal(.unsupported, "libvirt runs on the host '\(remote)', not on this one")
    }

    /// All domains of the host, by name.
    private(set) lazy var allDomains = Result {
        var domains: [DomainFacts] = []
        for domain in try connection().domains() {
            // One that is just being undefined is no domain any more.
            do { domains.append(try DomainFacts(domain)) } catch let error as LibvirtError {
                guard error.code == .noDomain else { throw error }
            }
        }
        return domains.sorted { $0.name < $1.name }
    }

    /// The domains that can be reserved, or the one that was asked for.
    func domains() throws -> [DomainFacts] {
        let all = try allDomains.get()
        if let domainName {
            let found = all.filter { $0.name == domainName }
            guard !found.isEmpty else {
                throw Refusal(
                    .notFound, "there is no domain '\(domainName)'", object: domainName,
                    hint: "list them with 'virsh list --all'")
            }
            return found
        }
        return all.filter(\.isPersistent)
    }

    /// The pool that was asked for; else those that the domains' disks are in, or all where no
    /// domain names any.
    private(set) lazy var pools = Result {
        let connection = try connection()
        if let poolName { return [try PoolFacts(poolName, connection)] }
        let used = Set(try domains().flatMap { $0.disks.compactMap(\.pool) })
        if !used.isEmpty { return try used.sorted().map { try PoolFacts($0, connection) } }
        // Nobody's disk belongs into that one; it has a check of its own.
        return try connection.storagePools().map { try $0.name() }.sorted()
            .filter { $0 != "boot-scratch" }.map { try PoolFacts($0, connection) }
    }

    /// What the usual guest of this host can have; `nil` where the driver does not tell. Asking for
    /// the capabilities of all emulators instead may take longer than all the rest.
    private(set) lazy var guestCapabilities: Document? = {
        do {
            let usual = Emulation(emulator: nil, architecture: nil, machine: nil, type: nil)
            return try Document(parsing: connection().domainCapabilities(usual))
        } catch { return nil }
    }()

    private(set) lazy var accounts = testers(client, dropIns: dropIns)
    private(set) lazy var dropIns = DropIn.all()
    private(set) lazy var sshd = Result { try SSHDSettings.asked(accounts, client, deadline) }
    private(set) lazy var listeners = Result { try Listener.all() }
}

/// The host that a URI of libvirt's leads to; `nil` for this one.
func remoteHost(_ uri: String) -> String? {
    guard let colon = uri.firstIndex(of: ":"), uri[colon...].hasPrefix("://") else { return nil }
    let scheme = uri[..<colon]
    let rest = uri[uri.index(colon, offsetBy: 3)...]
    var host = rest.prefix { $0 != "/" && $0 != "?" }
    if let at = host.lastIndex(of: "@") { host = host[host.index(after: at)...] }
    if host.first == "[" {
        host = host.dropFirst().prefix { $0 != "]" }
    } else {
        host = host.prefix { $0 != ":" }
    }
    // A driver of its own inside of the library, as libvirt's test:///.
    guard !scheme.hasPrefix("test"), !["", "localhost", "127.0.0.1", "::1"].contains(host) else {
        return nil
    }
    return String(host)
}

/// Those whom the host lets in: who came by ssh, else who the forced commands are for.
func testers(_ client: Client, dropIns: [DropIn]) -> [Account] {
    if client.peer != nil {
        let name = client.sudoUser
        return [name.map(Account.named) ?? Account.numbered(ProcessInformation.userID)]
            .compactMap { $0 }
    }
    var names: [String] = []
    for dropIn in dropIns {
        let users = dropIn.users + dropIn.groups.flatMap(Account.members(ofGroup:))
        names += users.filter { !names.contains($0) }
    }
    return names.prefix(5).compactMap(Account.named)
}

/// The text of a file; an error that names it.
func text(of path: String, limit: Int = 4 << 20) throws(Refusal) -> String {
    do throws(SystemError) {
        return String(decoding: try contents(of: path, limit: limit), as: UTF8.self)
    } catch { throw Refusal("cannot read '\(path)'", error) }
}

/// As `text`; `nil` where there is no such file. Given an owner, nobody else's file is read: a user
/// could have us tell what stands in one that only root may read.
func textIfThere(_ path: String, of owner: UInt32? = nil) throws(Refusal) -> String? {
    do throws(SystemError) {
        let file =
            if let owner { try OpenFile.reading(path, ownedBy: owner) } else {
                try OpenFile.reading(path)
            }
        return String(decoding: try file.contents(limit: 4 << 20), as: UTF8.self)
    } catch {
        if error.condition == .notFound { return nil }
        throw Refusal("cannot read '\(path)'", error)
    }
}

/// The names in a directory, sorted; none where there is no such directory.
func names(in path: String) throws(Refusal) -> [String] {
    do throws(SystemError) { return try Directory(path).names().sorted() } catch {
        if error.condition == .notFound { return [] }
        throw Refusal("cannot list '\(path)'", error)
    }
}

/// The path of a program; the places of administrators' programs count, whatever PATH says.
func program(_ name: String) -> String? {
    let path = (ProcessInformation.environment("PATH") ?? "").split(separator: ":")
    return (["/usr/sbin", "/usr/bin", "/sbin", "/bin"] + path.filter { $0.hasPrefix("/") })
        .map { "\($0)/\(name)" }.first(where: isProgram)
}

/// What a program printed; an error that names it where it cannot be run or fails.
func output(of words: [String], until deadline: ContinuousClock.Instant) throws -> String {
    let name = words.first.map(programName(of:)) ?? ""
    guard let path = program(name) else {
        throw Refusal(.notFound, "the program '\(name)' is not installed")
    }
    let (ending, output) = try ChildProcess.run([path] + words.dropFirst(), until: deadline)
    let text = String(decoding: output, as: UTF8.self)
    guard ending == .exit(0) else {
        let line = text.split(whereSeparator: \.isNewline).first.map { ": \($0)" } ?? ""
        if case .signal = ending {
            throw Refusal(.system, "'\(name)' took too long or was killed\(line)")
        }
        // Every program that a check runs needs root's rights; without them, that is why it fails.
        throw Refusal(ProcessInformation.isRoot ? .system : .denied, "'\(name)' failed\(line)")
    }
    return text
}
