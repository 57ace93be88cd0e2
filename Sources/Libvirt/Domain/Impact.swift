import CLibvirt

/// Which of a domain's two configurations a call means: the running one, the stored one; neither
/// means the one that is in force. C: `virDomainModificationImpact`.
package struct Impact: OptionSet, Sendable {
    package let rawValue: UInt32
    package init(rawValue: UInt32) { self.rawValue = rawValue }
    private init(_ flag: virDomainModificationImpact) { rawValue = flag.rawValue }
    package static let live = Self(VIR_DOMAIN_AFFECT_LIVE)
    package static let config = Self(VIR_DOMAIN_AFFECT_CONFIG)
}
