import CLibvirt

extension Network {
    /// What to do with an element of a network's definition. C: `virNetworkUpdateCommand`.
    package enum UpdateCommand: UInt32, Sendable {
        // 0 is VIR_NETWORK_UPDATE_COMMAND_NONE, which is invalid.
        case modify = 1
        case delete, addLast, addFirst
    }

    /// Which kind of element to change. C: `virNetworkUpdateSection`.
    package enum Section: UInt32, Sendable {
        // 0 is VIR_NETWORK_SECTION_NONE, which is invalid.
        case bridge = 1
        case domain, ip, dhcpHost, dhcpRange, forward, forwardInterface, forwardFunction, portgroup
        case dnsHost, dnsText, dnsService
    }

    /// Which configuration to change. C: `virNetworkUpdateFlags`.
    package struct UpdateFlags: OptionSet, Sendable {
        package let rawValue: UInt32
        package init(rawValue: UInt32) { self.rawValue = rawValue }
        private init(_ flag: virNetworkUpdateFlags) { rawValue = flag.rawValue }
        package static let live = Self(VIR_NETWORK_UPDATE_AFFECT_LIVE)
        package static let config = Self(VIR_NETWORK_UPDATE_AFFECT_CONFIG)
    }

    /// Stands for the parent element that libvirt chooses. C: -1 as `parentIndex`.
    package static let anyParent: Int32 = -1

    /// Changes one element of the definition. `parent` is the index of the element that holds it,
    /// among those that can, e.g. 1 for the second `<ip>`.
    /// Empty flags mean the current configuration, running or stored. C: `virNetworkUpdate`.
    package func update(
        _ command: UpdateCommand, _ section: Section, parent: Int32, xml: String,
        _ flags: UpdateFlags
    ) throws(LibvirtError) {
        try check(
            virNetworkUpdate(
                pointer, command.rawValue, section.rawValue, parent, xml, flags.rawValue))
    }
}
