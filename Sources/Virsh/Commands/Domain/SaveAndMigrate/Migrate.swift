import Libvirt
import Policy
import System
import Text

extension Command {
    /// virsh 9.0.0: `cmdMigrate` in virsh-domain.c.
    static let migrate = Command(
        "migrate", .never, on: .domain, help: "migrate a domain to another host"
    ) { options in
        let domain = options.domain()
        let destination = options.data(
            "desturi", "URI of the destination; with --p2p as seen from the source host")
        let migration = MigrationOptions(&options)

        return { shell, given in
            try migration.check(given, shell.version)
            let domain = try shell.domain(given[domain])
            let timeout = try migration.timeout(of: given)
            let subscription =
                given.has(migration.postcopyAfterPrecopy)
                ? try shell.connection.startPostcopyAfterPrecopy(of: domain) : nil
            // Swift may release a value after its last use: keep the subscription until the end.
            defer { withExtendedLifetime(subscription) {} }
            let isDirect = given.has(migration.p2p) || given.has(migration.direct)
            let uri = try given[destination]
            // Without --p2p and --direct, this process connects both hosts.
            let other = try isDirect ? nil : shell.destination(uri)

            let parameters = try migration.parameters(of: given, shell)
            let flags = try migration.flags(of: given, shell.version)
            let isVerbose = try given[migration.verbose]
            try shell.watchingJob(of: domain, isVerbose ? "Migration" : nil) {
                () throws(LibvirtError) in
                try withTimeout(timeout, domain) { () throws(LibvirtError) in
                    if let other {
                        try domain.migrate(to: other, parameters, flags)
                    } else {
                        try domain.migrate(toURI: uri, parameters, flags)
                    }
                }
            }
            if isVerbose { shell.printJobDone("Migration") }
        }
    }
}

/// What to do with a migration that takes too long.
private struct MigrationTimeout {
    let seconds: UInt32
    /// Switch to post-copy instead of suspending the guest.
    let isPostcopy: Bool
}

/// Runs a migration. If it is not done in time, suspends the guest or switches to post-copy, so
/// that the migration can converge. virsh 9.0.0: `virshMigrateTimeout`.
private func withTimeout(
    _ timeout: MigrationTimeout?, _ domain: Domain, _ migrate: () throws(LibvirtError) -> Void
) throws(LibvirtError) {
    guard let timeout else { return try migrate() }
    let done = Gate()
    // The migration blocks this thread, so the timer runs on a second one. libvirt's handles may
    // be used by both.
    let act: @Sendable () -> Void = {
        guard !done.wait(milliseconds: Int(timeout.seconds) * 1000) else { return }
        // Ignore a failure, as virsh does: the migration continues.
        do throws(LibvirtError) {
            try timeout.isPostcopy ? domain.startPostcopy() : domain.suspend()
        } catch {}
    }
    try runConcurrently(act) { () throws(LibvirtError) in
        defer { done.open() }
        try migrate()
    }
}

extension Connection {
    /// Switches to post-copy as soon as all memory has been sent once, which is when the second
    /// iteration starts. virsh 9.0.0: `virshMigrateIteration`.
    fileprivate func startPostcopyAfterPrecopy(
        of domain: Domain
    ) throws(LibvirtError) -> EventSubscription {
        try subscribe(to: .migrationIteration, of: domain) { event in
            guard case .migrationIteration(2) = event.details else { return }
            // Ignore a failure, as virsh does: the migration continues.
            do throws(LibvirtError) { try domain.startPostcopy() } catch {}
        }
    }
}

/// All options of `migrate` except domain and destination.
private struct MigrationOptions {
    let live, offline, p2p, direct, persistent: Key<Bool>
    let verbose, postcopy, postcopyAfterPrecopy, postcopyResume, tls: Key<Bool>
    let copyAll, copyIncrementally, synchronousWrites: Key<Bool>
    let timeoutSuspend, timeoutPostcopy: Key<Bool>
    let timeout: Key<UInt32?>
    let persistentXML, tlsDestination: Key<String?>
    /// Options that set one of libvirt's flags each.
    let flags: [(Key<Bool>, Domain.MigrationFlags)]
    /// Options that become typed parameters, in the order in which virsh reads them: the first
    /// malformed one in this order is reported.
    let parameters: [Parameter]

    /// A typed parameter: its name, and a function that reads its values. An option may give no
    /// value, one, or several (a list).
    struct Parameter {
        let name: String
        let values: @Sendable (Shell, ParsedOptions) throws -> [TypedParameter.Value]
    }

    init(_ options: inout Options) {
        live = options.flag("live", "live migration: the guest keeps running")
        offline = options.flag("offline", "migrate the definition of an inactive domain")
        p2p = options.flag("p2p", "peer-to-peer migration, managed by the source host")
        direct = options.flag("direct", "direct migration, managed by the hypervisor")
        options.alias("tunneled", for: "tunnelled")
        let tunnelled = options.flag("tunnelled", "tunnel the data through libvirt")
        persistent = options.flag("persistent", "define the domain on the destination")
        let undefine = options.flag("undefinesource", "undefine the domain on the source")
        let suspend = options.flag("suspend", "leave the guest paused on the destination")
        copyAll = options.flag("copy-storage-all", "copy unshared disks")
        copyIncrementally = options.flag(
            "copy-storage-inc", "copy unshared disks without their backing files")
        synchronousWrites = options.flag(
            "copy-storage-synchronous-writes",
            "complete a guest's write only when both disks have it")
        let protection = options.flag(
            "change-protection", "refuse configuration changes during the migration")
        let unsafe = options.flag("unsafe", "migrate even if it may corrupt data")
        verbose = options.flag("verbose", "show the progress")
        let compressed = options.flag("compressed", "compress repeated memory pages")
        let converge = options.flag("auto-converge", "throttle the guest to converge")
        let pin = options.flag("rdma-pin-all", "pin all memory before an RDMA migration")
        let abort = options.flag("abort-on-error", "abort on soft errors")
        postcopy = options.flag("postcopy", "allow a switch to post-copy")
        postcopyAfterPrecopy = options.flag(
            "postcopy-after-precopy", "switch to post-copy after one pre-copy pass")
        postcopyResume = options.flag("postcopy-resume", "resume a failed post-copy migration")
        let zeroCopy = options.flag("zerocopy", "zero-copy transfer of memory")
        let uri = options.string("migrateuri", "URI for the memory transfer")
        let graphics = options.string("graphicsuri", "URI that display clients reconnect to")
        let listen = options.string("listen-address", "listen address on the destination")
        let name = options.string("dname", "name of the domain on the destination")
        timeout = options.number(
            "timeout", "seconds until a --timeout-* action", as: .uint32)
        timeoutSuspend = options.flag(
            "timeout-suspend", "suspend the guest after the timeout (default)")
        timeoutPostcopy = options.flag(
            "timeout-postcopy", "switch to post-copy after the timeout")
        let xml = options.string("xml", "file with updated XML for the destination")
        let disks = options.string("migrate-disks", "disks to copy: vda,vdb,...")
        let zeroDetected = options.string(
            "migrate-disks-detect-zeroes", "disks whose zeros are not sent: vda,vdb,...",
            place: .named, since: .init(10, 9))
        let zeroed = options.string(
            "migrate-disks-target-zero", "disks whose target reads as zeros: vda,vdb,...",
            place: .named, since: .init(12, 2))
        let disksPort = options.number("disks-port", "port for the disk transfer", as: .int32)
        let place = options.onceBare
        let disksURI = options.string("disks-uri", "URI for the disk transfer", place: place)
        let methods = options.string(
            "comp-methods", "compression methods: mt,xbzrle,...", place: place)
        let level = options.number(
            "comp-mt-level", "compression level of mt", as: .int32, place: place)
        let threads = options.number(
            "comp-mt-threads", "compression threads of mt", as: .int32, place: place)
        let decompressing = options.number(
            "comp-mt-dthreads", "decompression threads of mt", as: .int32, place: place)
        let cache = options.number(
            "comp-xbzrle-cache", "cache size of xbzrle in bytes", as: .uint64, place: place)
        let initial = options.number(
            "auto-converge-initial", "initial throttling in percent", as: .int32, place: place)
        let increment = options.number(
            "auto-converge-increment", "throttling increment in percent", as: .int32, place: place)
        persistentXML = options.string(
            "persistent-xml", "file with XML for the definition on the destination", place: place)
        tls = options.flag("tls", "encrypt the transfer with TLS")
        let postcopyBandwidth = options.number(
            "postcopy-bandwidth", "bandwidth of the post-copy phase in MiB/s", as: .uint64,
            place: place)
        let parallel = options.flag("parallel", "transfer memory over parallel connections")
        let connections = options.number(
            "parallel-connections", "number of parallel connections", as: .int32, place: place)
        let bandwidth = options.number("bandwidth", "bandwidth in MiB/s", as: .uint64, place: place)
        tlsDestination = options.string(
            "tls-destination", "host name to expect in the destination's certificate", place: place)
        let zlibLevel = options.number(
            "comp-zlib-level", "compression level of zlib", as: .int32, place: place,
            since: .init(9, 4))
        let zstdLevel = options.number(
            "comp-zstd-level", "compression level of zstd", as: .int32, place: place,
            since: .init(9, 4))
        let switchover = options.number(
            "available-switchover-bandwidth", "bandwidth of the final phase in MiB/s",
            as: .uint64, place: place, since: .init(11, 1))

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
        let copying = [copyAll, copyIncrementally]
        parameters = [
            .text("migrate_uri", uri), .text("graphics_uri", graphics),
            .text("listen_address", listen),
            .int32("disks_port", disksPort, unless: 0), .text("disks_uri", disksURI),
            .text("destination_name", name),
            .list("migrate_disks", disks, needing: copying),
            .list("migrate_disks_detect_zeroes", zeroDetected, needing: copying),
            .list("migrate_disks_target_zero", zeroed, needing: copying),
            .list("compression", methods), .int32("compression.mt.level", level),
            .int32("compression.mt.threads", threads),
            .int32("compression.mt.dthreads", decompressing),
            .uint64("compression.xbzrle.cache", cache), .file("destination_xml", xml),
            .file("persistent_xml", persistentXML), .int32("auto_converge.initial", initial),
            .int32("auto_converge.increment", increment),
            .uint64("bandwidth.postcopy", postcopyBandwidth),
            .int32("parallel.connections", connections), .uint64("bandwidth", bandwidth),
            .text("tls.destination", tlsDestination),
            .int32("compression.zlib.level", zlibLevel),
            .int32("compression.zstd.level", zstdLevel),
            .uint64("bandwidth.avail.switchover", switchover),
        ]
    }

    /// Throws if options are combined that exclude or need each other, in virsh's order.
    func check(_ given: ParsedOptions, _ version: LibvirtVersion) throws(CommandFailure) {
        try given.exclusive(live, offline)
        try given.exclusive(timeoutSuspend, timeoutPostcopy)
        if version >= .newParser { try given.exclusive(copyAll, copyIncrementally) }
        try given.requires(postcopyAfterPrecopy, postcopy)
        try given.requires(postcopyResume, postcopy)
        try given.requires(timeoutPostcopy, postcopy)
        try given.requires(persistentXML, persistent)
        try given.requires(tlsDestination, tls)
    }

    /// The timeout and its action; `nil` if there is no timeout, or it is 0.
    func timeout(of given: ParsedOptions) throws -> MigrationTimeout? {
        guard let seconds = try given[timeout], seconds > 0 else {
            guard !given.has(timeoutSuspend), !given.has(timeoutPostcopy) else {
                throw CommandFailure(
                    "migrate: Unexpected --timeout-* option without --timeout")
            }
            return nil
        }
        // Only a live migration leaves a running guest that could be suspended.
        guard given.has(live) else {
            throw CommandFailure("migrate: Unexpected timeout for offline migration")
        }
        return MigrationTimeout(seconds: seconds, isPostcopy: given.has(timeoutPostcopy))
    }

    func parameters(of given: ParsedOptions, _ shell: Shell) throws -> [TypedParameter] {
        try parameters.flatMap { parameter in
            try parameter.values(shell, given).map { TypedParameter(parameter.name, $0) }
        }
    }

    /// libvirt's flags for the options given.
    func flags(
        of given: ParsedOptions, _ version: LibvirtVersion
    ) throws(CommandFailure) -> Domain.MigrationFlags {
        if given.has(synchronousWrites), !given.has(copyAll), !given.has(copyIncrementally) {
            // The missing hyphens before 'copy-storage-inc' are virsh's.
            throw CommandFailure(
                "'--copy-storage-synchronous-writes' requires one of '--copy-storage-all', "
                    + (version < .newParser ? "'copy-storage-inc'" : "'--copy-storage-inc'"))
        }
        return try given.flags(flags)
    }
}

extension MigrationOptions.Parameter {
    fileprivate static func text(_ name: String, _ key: Key<String?>) -> Self {
        Self(name: name) { _, given in try given[key].map { [.string($0)] } ?? [] }
    }

    /// A comma-separated list, one parameter for each part. Since 10.9 it needs one of the flags.
    fileprivate static func list(
        _ name: String, _ key: Key<String?>, needing flags: [Key<Bool>] = []
    ) -> Self {
        Self(name: name) { shell, given in
            if given.has(key), !flags.isEmpty, !flags.contains(where: given.has),
                shell.version >= .init(10, 9)
            {
                _ = try given[key]
                throw CommandFailure(
                    "'--\(key.name)' requires one of '--copy-storage-all', "
                        + "'--copy-storage-inc'")
            }
            let parts = try given[key]?.split(separator: ",", omittingEmptySubsequences: false)
            return parts?.map { .string(String($0)) } ?? []
        }
    }

    /// The text of the file that the option names.
    fileprivate static func file(_ name: String, _ key: Key<String?>) -> Self {
        Self(name: name) { shell, given in
            guard let path = try given[key] else { return [] }
            do {
                return [.string(try shell.text(ofFile: path))]
            } catch let error as CommandFailure {
                throw error.preceded(by: "cannot read file '\(path)'")
            }
        }
    }

    /// A number; `absent` counts as not given, as virsh treats a disks port of 0.
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
