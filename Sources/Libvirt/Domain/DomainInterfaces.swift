import CLibvirt
import Glibc

extension Domain {
    /// A network interface of a guest as some source knows it. C: `virDomainInterface`.
    package struct Interface: Sendable {
        package let name: String
        /// The MAC address; `nil` where it is not known.
        package let address: String?
        package let ipAddresses: [IPAddress]
    }

    /// An address with its prefix, e.g. `192.168.122.2/24`. C: `virDomainIPAddress`.
    package struct IPAddress: Sendable {
        /// Otherwise it is an IPv4 address. C: `virIPAddrType`.
        package let isIPv6: Bool
        package let address: String
        package let prefix: UInt32
    }

    /// Who is asked; a `virDomainInterfaceAddressesSource`.
    package enum AddressSource: UInt32, CaseIterable, Sendable {
        case lease, agent, arp
    }

    /// A running guest's interfaces and their addresses. C: `virDomainInterfaceAddresses`.
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
        name = interface.name.map { String(libvirt: $0) } ?? ""
        address = interface.hwaddr.map { String(libvirt: $0) }
        ipAddresses = (0..<Int(interface.naddrs)).compactMap { interface.addrs?[$0] }.map {
            Domain.IPAddress(
                isIPv6: $0.type == VIR_IP_ADDR_TYPE_IPV6.rawValue,
                address: $0.addr.map { String(libvirt: $0) } ?? "",
                prefix: $0.prefix)
        }
    }
}
