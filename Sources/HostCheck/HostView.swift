package import Libvirt
package import Policy
import Protocol
package import System
import Text
package import Wire
import XML

/// What the checks look at. Everything is read when the first check asks for it, and only once.
package final class HostView {
    /// The domain and the pool that the client named; `nil` means all relevant ones.
    let domainName: String?
    let poolName: String?
    let client: Client
    let state: StateDirectory
    /// The names that a policy file may use.
    let vocabulary: PolicyVocabulary
    package let uri: String?
    /// The connection, or why libvirt cannot be reached.
    let connectionResult: Result<Connection, LibvirtError>
    private let start = ContinuousClock.now

    /// When a program that is started now must have ended. The whole check should take no more than
    /// two seconds, but a program started late still gets half a second.
    var deadline: ContinuousClock.Instant {
        max(start + .milliseconds(1500), .now + .milliseconds(500))
    }

    package init(
        _ host: HostConnection, _ client: Client, _ state: StateDirectory,
        _ vocabulary: PolicyVocabulary, domain: String? = nil, pool: String? = nil
    ) {
        domainName = domain
        poolName = pool
        self.client = client
        self.state = state
        self.vocabulary = vocabulary
        uri = host.uri
        connectionResult = Result { () throws(LibvirtError) in try host.open() }
    }

    func connection() throws -> Connection {
        do throws(LibvirtError) { return try connectionResult.get() } catch {
            // The `libvirt` check reports the reason; the others need not repeat it.
            throw RequestError(RequestError.Kind(error), "libvirt cannot be reached")
        }
    }

    /// Fails if the domain or pool that the client named does not exist. Without a connection that
    /// is unknown, and the check goes ahead.
    package func requireNamedObjects() throws {
        guard case .success(let connection) = connectionResult else { return }
        if domainName != nil { _ = try domains() }
        guard let poolName, try PoolFacts(poolName, connection).type == nil else { return }
        throw RequestError(
            .notFound, "there is no pool '\(poolName)'", object: poolName,
            hint: Hint(stringLiteral: withInstalledVirsh("list them with 'virsh pool-list --all'")))
    }

    /// Whether libvirt runs on this host, so that its files and processes can be examined.
    var isLocal: Bool { parsedURI.isLocal }

    private var parsedURI: URI { URI(uri ?? "") }

    /// Fails if libvirt runs on another host.
    func requireLocal() throws {
        guard !isLocal, let remote = parsedURI.host else { return }
        throw RequestError(.unsupported, "libvirt runs on the host '\(remote)', not on this one")
    }

    /// All domains of the host, by name.
    private(set) lazy var allDomains = Result {
        var domains: [DomainFacts] = []
        for domain in try connection().domains() {
            // A domain may be undefined while we read the list.
            do { domains.append(try DomainFacts(domain)) } catch let error as LibvirtError {
                guard error.code == .noDomain else { throw error }
            }
        }
        return domains.sorted { $0.name < $1.name }
    }

    /// The domain that the client named, or all that can be reserved.
    func domains() throws -> [DomainFacts] {
        let all = try allDomains.get()
        if let domainName {
            let found = all.filter { $0.name == domainName }
            guard !found.isEmpty else {
                throw RequestError(
                    .notFound, "there is no domain '\(domainName)'", object: domainName,
                    hint: Hint(
                        stringLiteral: withInstalledVirsh("list them with 'virsh list --all'")))
            }
            return found
        }
        return all.filter(\.isPersistent)
    }

    /// The pool that the client named, or those of the domains' disks, or all pools if no disk
    /// names a pool.
    private(set) lazy var pools = Result {
        let connection = try connection()
        if let poolName { return [try PoolFacts(poolName, connection)] }
        let used = Set(try domains().flatMap { $0.disks.compactMap(\.pool) })
        if !used.isEmpty { return try used.sorted().map { try PoolFacts($0, connection) } }
        // boot-scratch holds no disks and has a check of its own.
        return try connection.storagePools().map { try $0.name() }.sorted()
            .filter { $0 != "boot-scratch" }.map { try PoolFacts($0, connection) }
    }

    /// The capabilities of a guest with the default emulator and machine; `nil` if the driver does
    /// not report them. (Those of all emulators could take longer than all other checks.)
    private(set) lazy var guestCapabilities: Document? = {
        do {
            let usual = Emulation(emulator: nil, architecture: nil, machine: nil, type: nil)
            return try Document(parsing: connection().domainCapabilities(usual))
        } catch { return nil }
    }()

    private(set) lazy var accounts = accountsToCheck(client, dropIns)
    private(set) lazy var dropIns = DropIn.all()
    /// Without the accounts that only a drop-in limits that sshd does not read, because all that is
    /// wrong with them follows from that. Fails with `NotChecked` if no account is left.
    private(set) lazy var sshd = Result {
        let included = includesDropIns(try textIfPresent("/etc/ssh/sshd_config") ?? "")
        let unread = dropIns.filter { dropInProblem($0.path, included: included) != nil }
        let read = dropIns.filter { !unread.contains($0) }
        let checkable = accounts.filter { account in
            !unread.contains { $0.applies(to: account) }
                || read.contains { $0.applies(to: account) }
        }
        if checkable.isEmpty, let first = unread.first {
            throw NotChecked(reason: "sshd does not read '\(first.path)', see sshd-drop-in")
        }
        return try SSHDSettings.effective(for: checkable, client, deadline)
    }

    /// Whether one of the checked accounts has a role. Fails if that cannot be known.
    func usesRoles() throws -> Bool {
        try sshd.get().contains { $0.invocations.contains { $0.role != nil } }
    }

    /// The roles of the checked accounts, as far as they are known.
    private(set) lazy var rolesInUse: [String] = invocations.compactMap(\.role).reduce(into: []) {
        if !$0.contains($1) { $0.append($1) }
    }

    /// The policy file of the checked accounts.
    private(set) lazy var policyPath: String =
        invocations.compactMap { $0.value(of: "--policy") }.first ?? PolicyFile.standardPath

    /// Empty if sshd's settings are unknown: other checks report why.
    private var invocations: [HelperInvocation] {
        switch sshd {
        case .success(let settings): settings.flatMap(\.invocations)
        case .failure: []
        }
    }

    /// A hint whose `virsh` commands can be typed on this host: for this connection, and with the
    /// helper's own virsh if virsh is not installed.
    func withInstalledVirsh(_ hint: String) -> String {
        guard hint.contains("virsh ") else { return hint }
        var command = "virsh "
        if program("virsh") == nil {
            do throws(SystemError) { command = try linkTarget("/proc/self/exe") } catch {
                command = "atex-virt-helper"
            }
            command += " \(uri ?? "qemu:///system") virsh "
        } else if let uri, uri != "qemu:///system" {
            command = "virsh -c \(uri) "
        }
        return hint.replacing("virsh ", with: command)
    }

    private(set) lazy var listeners = Result { try Listener.all() }
}
