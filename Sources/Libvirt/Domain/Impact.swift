import CLibvirt

/// Which configurations of a domain a call reads or changes. Empty means the current one: that of
/// the running domain if it runs, otherwise the stored one. C: `virDomainModificationImpact`.
package struct Impact: OptionSet, Sendable {
    package let rawValue: UInt32
    package init(rawValue: UInt32) { self.rawValue = rawValue }
    private init(_ flag: virDomainModificationImpact) { rawValue = flag.rawValue }
    /// The running domain. C: `VIR_DOMAIN_AFFECT_LIVE`.
    package static let live = Self(VIR_DOMAIN_AFFECT_LIVE)
    /// The stored configuration, for the next start. C: `VIR_DOMAIN_AFFECT_CONFIG`.
    package static let config = Self(VIR_DOMAIN_AFFECT_CONFIG)
}
