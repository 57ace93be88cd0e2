import CLibvirt
import Glibc

extension Network {
    /// An address that the network's DHCP server gave to a guest. C: `virNetworkDHCPLease`.
    package struct Lease: Sendable {
        /// When it ends, in seconds since 1970.
        package let expires: Int64
        package let isIPv4: Bool
        package let isIPv6: Bool
        package let mac: String?
        /// Without its length, e.g. `192.168.122.2`.
        package let address: String?
        /// The length of the network's part, in bits.
        package let prefix: UInt32
        package let hostname: String?
        package let clientID: String?
    }

    /// The leases that have not ended; `mac: nil` means those of all interfaces.
    /// C: `virNetworkGetDHCPLeases`.
    package func leases(mac: String?) throws(LibvirtError) -> [Lease] {
        var array: UnsafeMutablePointer<virNetworkDHCPLeasePtr?>?
        let count = try check(virNetworkGetDHCPLeases(pointer, mac, &array, 0))
        defer { free(array) }
        return (0..<Int(count)).compactMap { array?[$0] }.map { lease in
            defer { virNetworkDHCPLeaseFree(lease) }
            return Lease(lease.pointee)
        }
    }
}

extension Network.Lease {
    fileprivate init(_ lease: virNetworkDHCPLease) {
        func text(_ string: UnsafeMutablePointer<CChar>?) -> String? {
            string.map { String(libvirt: $0) }
        }
        expires = lease.expirytime
        isIPv4 = lease.type == VIR_IP_ADDR_TYPE_IPV4.rawValue
        isIPv6 = lease.type == VIR_IP_ADDR_TYPE_IPV6.rawValue
        mac = text(lease.mac)
        address = text(lease.ipaddr)
        prefix = lease.prefix
        hostname = text(lease.hostname)
        clientID = text(lease.clientid)
    }
}
