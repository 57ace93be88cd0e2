import CLibvirt
import Policy

extension Domain {
    /// Which statistics are requested; empty means all that the driver has.
    /// C: `virDomainStatsTypes`.
    package struct StatisticsTypes: OptionSet, Sendable {
        package let rawValue: UInt32
        package init(rawValue: UInt32) { self.rawValue = rawValue }
        private init(_ flag: virDomainStatsTypes) { rawValue = flag.rawValue }
        package static let state = Self(VIR_DOMAIN_STATS_STATE)
        package static let cpuTotal = Self(VIR_DOMAIN_STATS_CPU_TOTAL)
        package static let balloon = Self(VIR_DOMAIN_STATS_BALLOON)
        package static let vcpu = Self(VIR_DOMAIN_STATS_VCPU)
        package static let interface = Self(VIR_DOMAIN_STATS_INTERFACE)
        package static let block = Self(VIR_DOMAIN_STATS_BLOCK)
        package static let perf = Self(VIR_DOMAIN_STATS_PERF)
        package static let iothread = Self(VIR_DOMAIN_STATS_IOTHREAD)
        package static let memory = Self(VIR_DOMAIN_STATS_MEMORY)
        package static let dirtyRate = Self(VIR_DOMAIN_STATS_DIRTYRATE)
        package static let vm = Self(VIR_DOMAIN_STATS_VM)
    }

    /// How statistics are collected, and of which domains.
    /// C: `virConnectGetAllDomainStatsFlags`.
    package struct StatisticsFlags: OptionSet, Sendable {
        package let rawValue: UInt32
        package init(rawValue: UInt32) { self.rawValue = rawValue }
        private init(_ flag: virConnectGetAllDomainStatsFlags) { rawValue = flag.rawValue }
        package static let active = Self(VIR_CONNECT_GET_ALL_DOMAINS_STATS_ACTIVE)
        package static let inactive = Self(VIR_CONNECT_GET_ALL_DOMAINS_STATS_INACTIVE)
        package static let persistent = Self(VIR_CONNECT_GET_ALL_DOMAINS_STATS_PERSISTENT)
        package static let transient = Self(VIR_CONNECT_GET_ALL_DOMAINS_STATS_TRANSIENT)
        package static let running = Self(VIR_CONNECT_GET_ALL_DOMAINS_STATS_RUNNING)
        package static let paused = Self(VIR_CONNECT_GET_ALL_DOMAINS_STATS_PAUSED)
        package static let shutOff = Self(VIR_CONNECT_GET_ALL_DOMAINS_STATS_SHUTOFF)
        package static let other = Self(VIR_CONNECT_GET_ALL_DOMAINS_STATS_OTHER)
        package static let noWait = Self(VIR_CONNECT_GET_ALL_DOMAINS_STATS_NOWAIT)
        package static let backing = Self(VIR_CONNECT_GET_ALL_DOMAINS_STATS_BACKING)
        package static let enforce = Self(VIR_CONNECT_GET_ALL_DOMAINS_STATS_ENFORCE_STATS)
    }
}

extension Connection {
    /// A domain's name and its statistics, e.g. `state.state` 1. C: `virDomainStatsRecord`.
    package typealias StatisticsRecord = (name: String, parameters: [TypedParameter])

    /// The statistics of many domains in one call; `nil` means all domains that match the flags.
    /// C: `virDomainListGetStats`, `virConnectGetAllDomainStats`.
    package func statistics(
        of domains: [Domain]?, _ types: Domain.StatisticsTypes, _ flags: Domain.StatisticsFlags
    ) throws(LibvirtError) -> [StatisticsRecord] {
        var records: UnsafeMutablePointer<virDomainStatsRecordPtr?>?
        // Freeing does nothing if the call failed and left NULL.
        defer { virDomainStatsRecordListFree(records) }
        let count: Int32
        if let domains {
            // The C call takes no count: NULL ends the array.
            var pointers: [virDomainPtr?] = domains.map(\.pointer) + [nil]
            // The pointers do not keep the domains alive.
            count = try withExtendedLifetime(domains) { () throws(LibvirtError) in
                try check(
                    virDomainListGetStats(&pointers, types.rawValue, &records, flags.rawValue))
            }
        } else {
            count = try check(
                virConnectGetAllDomainStats(pointer, types.rawValue, &records, flags.rawValue))
        }
        return (0..<Int(count)).compactMap { records?[$0]?.pointee }.map { record in
            (
                // The record owns its domain and parameters: copy both before the list is freed.
                text(virDomainGetName(record.dom)) ?? "",
                [TypedParameter](record.params, count: record.nparams)
            )
        }.filter { policy.shows(domain: $0.name) }
    }
}
