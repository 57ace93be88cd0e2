import CLibvirt
import Glibc

extension Domain {
    /// Has the guest's interface with a MAC address, or all, send announcements to its network.
    /// C: `virDomainAnnounceInterface`.
    package func announce(
        interface: String?, _ parameters: [TypedParameter]
    ) throws(LibvirtError) {
        try parameters.withC { (array, count) throws(LibvirtError) in
            try check(virDomainAnnounceInterface(pointer, interface, array, count, 0))
        }
    }

    /// A network interface of a guest, as one source reports it. C: `virDomainInterface`.
    package struct Interface: Sendable {
        /// The guest's name for it, e.g. `eth0`, or for leases the host's, e.g. `vnet0`.
        package let name: String
        /// The MAC address; `nil` if it is not known.
        package let address: String?
        package let ipAddresses: [IPAddress]
    }

    /// An IP address of a guest. C: `virDomainIPAddress`.
    package struct IPAddress: Sendable {
        /// Otherwise it is an IPv4 address. C: `virIPAddrType`.
        package let isIPv6: Bool
        /// Without the prefix, e.g. `192.168.122.2`.
        package let address: String
        /// The length of the network's part in bits, e.g. 24; 0 if it is not known.
        package let prefix: UInt32
    }

    /// The source of addresses. C: `virDomainInterfaceAddressesSource`.
    package enum AddressSource: UInt32, CaseIterable, Sendable {
        /// The leases of libvirt's DHCP server.
        case lease
        /// The guest's agent.
        case agent
        /// The host's table of neighbours.
        case arp
    }

    /// The interfaces of a running guest and their addresses. C: `virDomainInterfaceAddresses`.
    package func interfaces(from source: AddressSource) throws(LibvirtError) -> [Interface] {
        var array: UnsafeMutablePointer<virDomainInterfacePtr?>?
        let count = try check(
            virDomainInterfaceAddresses(pointer, &array, source.rawValue, 0))
        defer {
            for index in 0..<Int(count) { virDomainInterfaceFree(array?[index]) }
            free(array)
        }
        return (0..<Int(count)).compactMap { array?[$0]?.pointee }.map { Interface($0) }
    }
}

extension Domain.Interface {
    init(_ interface: virDomainInterface) {
        name = text(interface.name) ?? ""
        address = text(interface.hwaddr)
        ipAddresses = (0..<Int(interface.naddrs)).compactMap { interface.addrs?[$0] }.map {
            Domain.IPAddress(
                isIPv6: $0.type == VIR_IP_ADDR_TYPE_IPV6.rawValue,
                address: text($0.addr) ?? "", prefix: $0.prefix)
        }
    }
}
