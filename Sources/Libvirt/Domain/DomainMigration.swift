import CLibvirt

extension Domain {
    /// How a domain migrates. C: `virDomainMigrateFlags`.
    package struct MigrationFlags: OptionSet, Sendable {
        package let rawValue: UInt32
        package init(rawValue: UInt32) { self.rawValue = rawValue }
        private init(_ flag: virDomainMigrateFlags) { rawValue = flag.rawValue }
        package static let live = Self(VIR_MIGRATE_LIVE)
        package static let peerToPeer = Self(VIR_MIGRATE_PEER2PEER)
        package static let tunnelled = Self(VIR_MIGRATE_TUNNELLED)
        package static let persistDestination = Self(VIR_MIGRATE_PERSIST_DEST)
        package static let undefineSource = Self(VIR_MIGRATE_UNDEFINE_SOURCE)
        package static let paused = Self(VIR_MIGRATE_PAUSED)
        package static let copyDisks = Self(VIR_MIGRATE_NON_SHARED_DISK)
        package static let copyDisksIncrementally = Self(VIR_MIGRATE_NON_SHARED_INC)
        package static let synchronousWrites = Self(VIR_MIGRATE_NON_SHARED_SYNCHRONOUS_WRITES)
        package static let changeProtection = Self(VIR_MIGRATE_CHANGE_PROTECTION)
        package static let unsafe = Self(VIR_MIGRATE_UNSAFE)
        package static let offline = Self(VIR_MIGRATE_OFFLINE)
        package static let compressed = Self(VIR_MIGRATE_COMPRESSED)
        package static let abortOnError = Self(VIR_MIGRATE_ABORT_ON_ERROR)
        package static let autoConverge = Self(VIR_MIGRATE_AUTO_CONVERGE)
        package static let pinRDMA = Self(VIR_MIGRATE_RDMA_PIN_ALL)
        package static let postcopy = Self(VIR_MIGRATE_POSTCOPY)
        package static let resumePostcopy = Self(VIR_MIGRATE_POSTCOPY_RESUME)
        package static let zeroCopy = Self(VIR_MIGRATE_ZEROCOPY)
        package static let tls = Self(VIR_MIGRATE_TLS)
        package static let parallel = Self(VIR_MIGRATE_PARALLEL)
    }

    /// Migrates the domain to another host; this process coordinates both daemons.
    /// C: `virDomainMigrate3`.
    package func migrate(
        to destination: Connection, _ parameters: [TypedParameter], _ flags: MigrationFlags
    ) throws(LibvirtError) {
        let moved = try parameters.withC { (array, count) throws(LibvirtError) in
            try check(
                virDomainMigrate3(
                    pointer, destination.pointer, array, UInt32(count), flags.rawValue))
        }
        virDomainFree(moved)  // a reference to the domain on the other host
    }

    /// Migrates the domain to another host; the daemon or the hypervisor coordinates it.
    /// C: `virDomainMigrateToURI3`.
    package func migrate(
        toURI destination: String, _ parameters: [TypedParameter], _ flags: MigrationFlags
    ) throws(LibvirtError) {
        try parameters.withC { (array, count) throws(LibvirtError) in
            try check(
                virDomainMigrateToURI3(
                    pointer, destination, array, UInt32(count), flags.rawValue))
        }
    }

    /// How long the guest may be paused at the end of a migration, in milliseconds.
    /// C: `virDomainMigrateGetMaxDowntime`.
    package func migrationDowntime() throws(LibvirtError) -> UInt64 {
        var milliseconds: UInt64 = 0
        try check(virDomainMigrateGetMaxDowntime(pointer, &milliseconds, 0))
        return milliseconds
    }

    /// Sets how long the guest may be paused at the end of a migration.
    /// C: `virDomainMigrateSetMaxDowntime`.
    package func setMigrationDowntime(milliseconds: UInt64) throws(LibvirtError) {
        try check(virDomainMigrateSetMaxDowntime(pointer, milliseconds, 0))
    }

    /// The size of the cache for memory that is sent repeatedly, in bytes.
    /// C: `virDomainMigrateGetCompressionCache`.
    package func compressionCache() throws(LibvirtError) -> UInt64 {
        var bytes: UInt64 = 0
        try check(virDomainMigrateGetCompressionCache(pointer, &bytes, 0))
        return bytes
    }

    /// Sets the size of the cache for memory that is sent repeatedly.
    /// C: `virDomainMigrateSetCompressionCache`.
    package func setCompressionCache(bytes: UInt64) throws(LibvirtError) {
        try check(virDomainMigrateSetCompressionCache(pointer, bytes, 0))
    }

    /// The bandwidth limit of a migration, in MiB/s; `postcopy` returns the limit of that phase.
    /// C: `virDomainMigrateGetMaxSpeed`.
    package func migrationSpeed(postcopy: Bool) throws(LibvirtError) -> UInt64 {
        var speed: UInt = 0
        try check(virDomainMigrateGetMaxSpeed(pointer, &speed, speedFlags(postcopy)))
        return UInt64(speed)
    }

    /// Sets the bandwidth limit of a migration. C: `virDomainMigrateSetMaxSpeed`.
    package func setMigrationSpeed(
        mebibytesPerSecond speed: UInt64, postcopy: Bool
    ) throws(LibvirtError) {
        try check(virDomainMigrateSetMaxSpeed(pointer, UInt(speed), speedFlags(postcopy)))
    }

    private func speedFlags(_ postcopy: Bool) -> UInt32 {
        postcopy ? VIR_DOMAIN_MIGRATE_MAX_SPEED_POSTCOPY.rawValue : 0
    }

    /// Switches a running migration to postcopy: the guest continues on the other host, and the
    /// rest of its memory follows on demand.
    /// C: `virDomainMigrateStartPostCopy`.
    package func startPostcopy() throws(LibvirtError) {
        try check(virDomainMigrateStartPostCopy(pointer, 0))
    }
}
