import Host
import Libvirt

extension Command {
    /// virsh 9.0.0: `cmdMigrate` in virsh-domain.c.
    static let migrate = Command(
        "migrate", .changes, help: "move a domain to another host"
    ) { options in
        let domain = options.domain()
        let destination = options.data(
            "desturi", "the other host, as seen from here, or with --p2p from the domain's host")
        let how = MigrationOptions(&options)

        return { shell, given in
            try how.check(given)
            let domain = try shell.domain(given[domain])
            let timeout = try how.timeout(of: given)
            let postcopyAfterPrecopy =
                given.has(how.postcopyAfterPrecopy)
                ? try shell.connection.startPostcopy(ofSecondRoundOf: domain) : nil
            defer { withExtendedLifetime(postcopyAfterPrecopy) {} }
            let isDirect = given.has(how.p2p) || given.has(how.direct)
            let uri = try given[destination]
            let other = try isDirect ? nil : shell.destination(uri)

            let parameters = try how.parameters(of: given, shell)
            let flags = try how.flags(of: given)
            try watching(domain, timeout) { () throws(LibvirtError) in
                if let other {
                    try domain.migrate(to: other, parameters, flags)
                } else {
                    try domain.migrate(toURI: uri, parameters, flags)
                }
            }
            if try given[how.verbose] { shell.printJobDone("Migration") }
        }
    }
}

/// What to do with a migration that takes too long.
private struct MigrationTimeout {
    let seconds: UInt32
    let isPostcopy: Bool
}

/// Runs a migration; when its time is over, the guest is stopped or runs on the other host.
/// virsh 9.0.0: `virshMigrateTimeout`.
private func watching(
    _ domain: Domain, _ timeout: MigrationTimeout?, _ migrate: () throws(LibvirtError) -> Void
) throws(LibvirtError) {
    guard let timeout else { return try migrate() }
    let done = Gate()
    let act: @Sendable () -> Void = {
        guard !done.wait(milliseconds: Int(timeout.seconds) * 1000) else { return }
        // A failure changes nothing: the migration goes on as it did.
        do throws(LibvirtError) {
            try timeout.isPostcopy ? domain.startPostcopy() : domain.suspend()
        } catch {}
    }
    try alongside(act) { () throws(LibvirtError) in
        defer { done.open() }
        try migrate()
    }
}

extension Connection {
    /// Lets the guest run on the other host as soon as all its memory was sent once.
    /// virsh 9.0.0: `virshMigrateIteration`.
    fileprivate func startPostcopy(
        ofSecondRoundOf domain: Domain
    ) throws(LibvirtError) -> EventSubscription {
        try subscribe(to: DomainEvent.migrationIteration, of: domain) { event in
            guard case .migrationIteration(2) = event.kind else { return }
            // A failure changes nothing: memory is sent as before.
            do throws(LibvirtError) { try domain.startPostcopy() } catch {}
        }
    }
}

/// The options of `migrate` that say how.
private struct MigrationOptions {
    let live, offline, p2p, direct, persistent: Key<Bool>
    let verbose, postcopy, postcopyAfterPrecopy, postcopyResume, tls: Key<Bool>
    let copyAll, copyIncrementally, synchronousWrites: Key<Bool>
    let timeoutSuspend, timeoutPostcopy: Key<Bool>
    let timeout: Key<UInt32?>
    let persistentXML, tlsDestination: Key<String?>
    /// Options that are a flag of libvirt's each.
    let flags: [(Key<Bool>, Domain.MigrationFlags)]
    /// Parameters of libvirt's, in the order in which virsh reads them.
    let parameters: [Parameter]

    struct Parameter {
        let name: String
        let values: @Sendable (Shell, Given) throws -> [TypedParameter.Value]
    }

    init(_ options: inout Options) {
        live = options.flag("live", "while the guest runs")
        offline = options.flag("offline", "only its definition")
        p2p = options.flag("p2p", "the hosts do it among themselves")
        direct = options.flag("direct", "the hypervisors do it among themselves")
        options.alias("tunneled", for: "tunnelled")
        let tunnelled = options.flag("tunnelled", "send all through libvirt")
        persistent = options.flag("persistent", "define it on the other host")
        let undefine = options.flag("undefinesource", "undefine it on this host")
        let suspend = options.flag("suspend", "leave it paused on the other host")
        copyAll = options.flag("copy-storage-all", "copy disks that are not shared")
        copyIncrementally = options.flag(
            "copy-storage-inc", "copy such disks without their backing files")
        synchronousWrites = options.flag(
            "copy-storage-synchronous-writes", "let the guest wait for writes to both sides")
        let protection = options.flag(
            "change-protection", "refuse changes of its configuration meanwhile")
        let unsafe = options.flag("unsafe", "even where data may be lost")
        verbose = options.flag("verbose", "show the progress")
        let compressed = options.flag("compressed", "compress memory that is sent again")
        let converge = options.flag("auto-converge", "slow the guest down if needed")
        let pin = options.flag("rdma-pin-all", "pin all its memory first, for RDMA")
        let abort = options.flag("abort-on-error", "give up at soft errors")
        postcopy = options.flag("postcopy", "allow memory to follow the guest")
        postcopyAfterPrecopy = options.flag(
            "postcopy-after-precopy", "let it follow after it was sent once")
        postcopyResume = options.flag("postcopy-resume", "go on with one that failed")
        let zeroCopy = options.flag("zerocopy", "send memory without copying it")
        let uri = options.string("migrateuri", "where to send memory")
        let graphics = options.string("graphicsuri", "where screens are to connect to")
        let listen = options.string("listen-address", "where the other host listens")
        let name = options.string("dname", "another name there")
        timeout = options.number("timeout", "seconds until something is done", as: .uint32)
        timeoutSuspend = options.flag("timeout-suspend", "then stop the guest (default)")
        timeoutPostcopy = options.flag("timeout-postcopy", "then let memory follow")
        let xml = options.string("xml", "file with its description there")
        let disks = options.string("migrate-disks", "the disks to copy: vda,vdb,...")
        let disksPort = options.number("disks-port", "port to send disks to", as: .int32)
        let disksURI = options.string("disks-uri", "where to send disks")
        let methods = options.string("comp-methods", "how to compress: mt,xbzrle,...")
        let level = options.number("comp-mt-level", "level of compression", as: .int32)
        let threads = options.number("comp-mt-threads", "threads that compress", as: .int32)
        let unpacking = options.number(
            "comp-mt-dthreads", "threads that decompress", as: .int32)
        let cache = options.number(
            "comp-xbzrle-cache", "bytes of cache for xbzrle", as: .uint64)
        let initial = options.number(
            "auto-converge-initial", "how much to slow down at first, in %", as: .int32)
        let increment = options.number(
            "auto-converge-increment", "how much more each time, in %", as: .int32)
        persistentXML = options.string(
            "persistent-xml", "file with what to define on the other host")
        tls = options.flag("tls", "encrypt by TLS")
        let postcopyBandwidth = options.number(
            "postcopy-bandwidth", "limit in MiB/s while memory follows", as: .uint64)
        let parallel = options.flag("parallel", "over several connections")
        let connections = options.number(
            "parallel-connections", "how many of them", as: .int32)
        let bandwidth = options.number("bandwidth", "limit in MiB/s", as: .uint64)
        tlsDestination = options.string(
            "tls-destination", "the other host's name in its certificate")

        flags = [
            (live, .live), (p2p, .peerToPeer), (tunnelled, .tunnelled),
            (persistent, .persistDestination), (undefine, .undefineSource), (suspend, .paused),
            (copyAll, .copyDisks), (copyIncrementally, .copyDisksIncrementally),
            (synchronousWrites, .synchronousWrites), (protection, .changeProtection),
            (unsafe, .unsafe), (compressed, .compressed), (converge, .autoConverge),
            (pin, .pinRDMA), (offline, .offline), (abort, .abortOnError), (postcopy, .postcopy),
            (postcopyResume, .resumePostcopy), (zeroCopy, .zeroCopy), (tls, .tls),
            (parallel, .parallel),
        ]
        parameters = [
            .text("migrate_uri", uri), .text("graphics_uri", graphics),
            .text("listen_address", listen),
            .int32("disks_port", disksPort, unless: 0), .text("disks_uri", disksURI),
            .text("destination_name", name), .list("migrate_disks", disks),
            .list("compression", methods), .int32("compression.mt.level", level),
            .int32("compression.mt.threads", threads),
            .int32("compression.mt.dthreads", unpacking),
            .uint64("compression.xbzrle.cache", cache), .file("destination_xml", xml),
            .file("persistent_xml", persistentXML), .int32("auto_converge.initial", initial),
            .int32("auto_converge.increment", increment),
            .uint64("bandwidth.postcopy", postcopyBandwidth),
            .int32("parallel.connections", connections), .uint64("bandwidth", bandwidth),
            .text("tls.destination", tlsDestination),
        ]
    }

    func check(_ given: Given) throws(CommandFailure) {
        try given.exclusive(live, offline)
        try given.exclusive(timeoutSuspend, timeoutPostcopy)
        try given.requires(postcopyAfterPrecopy, postcopy)
        try given.requires(postcopyResume, postcopy)
        try given.requires(timeoutPostcopy, postcopy)
        try given.requires(persistentXML, persistent)
        try given.requires(tlsDestination, tls)
    }

    func timeout(of given: Given) throws -> MigrationTimeout? {
        guard let seconds = try given[timeout], seconds > 0 else {
            guard !given.has(timeoutSuspend), !given.has(timeoutPostcopy) else {
                throw CommandFailure(
                    "migrate: Unexpected --timeout-* option without --timeout")
            }
            return nil
        }
        guard given.has(live) else {
            throw CommandFailure("migrate: Unexpected timeout for offline migration")
        }
        return MigrationTimeout(seconds: seconds, isPostcopy: given.has(timeoutPostcopy))
    }

    func parameters(of given: Given, _ shell: Shell) throws -> [TypedParameter] {
        try parameters.flatMap { parameter in
            try parameter.values(shell, given).map { TypedParameter(parameter.name, $0) }
        }
    }

    func flags(of given: Given) throws(CommandFailure) -> Domain.MigrationFlags {
        if given.has(synchronousWrites), !given.has(copyAll), !given.has(copyIncrementally) {
            throw CommandFailure(
                "'--copy-storage-synchronous-writes' requires one of '--copy-storage-all', "
                    + "'copy-storage-inc'")
        }
        return try given.flags(flags)
    }
}

extension MigrationOptions.Parameter {
    fileprivate static func text(_ name: String, _ key: Key<String?>) -> Self {
        Self(name: name) { _, given in try given[key].map { [.string($0)] } ?? [] }
    }

    /// The parts of a word, one parameter each.
    fileprivate static func list(_ name: String, _ key: Key<String?>) -> Self {
        Self(name: name) { _, given in
            let parts = try given[key]?.split(separator: ",", omittingEmptySubsequences: false)
            return parts?.map { .string(String($0)) } ?? []
        }
    }

    /// The text of a file.
    fileprivate static func file(_ name: String, _ key: Key<String?>) -> Self {
        Self(name: name) { shell, given in
            guard let path = try given[key] else { return [] }
            do throws(CommandFailure) {
                return [.string(try shell.text(ofFile: path))]
            } catch {
                throw error.preceded(by: "cannot read file '\(path)'")
            }
        }
    }

    fileprivate static func int32(_ name: String, _ key: Key<Int32?>, unless absent: Int32? = nil)
        -> Self
    {
        Self(name: name) { _, given in
            guard let value = try given[key], value != absent else { return [] }
            return [.int32(value)]
        }
    }

    fileprivate static func uint64(_ name: String, _ key: Key<UInt64?>) -> Self {
        Self(name: name) { _, given in try given[key].map { [.uint64($0)] } ?? [] }
    }
}
