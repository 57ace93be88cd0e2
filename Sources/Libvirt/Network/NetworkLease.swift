import CLibvirt
import Glibc

extension Network {
    /// An address that the network's DHCP server leased to a guest. C: `virNetworkDHCPLease`.
    package struct Lease: Sendable {
        /// When the lease ends, in seconds since 1970; 0 means never.
        package let expires: Int64
        package let isIPv4: Bool
        package let isIPv6: Bool
        /// E.g. `52:54:00:00:00:01`; `nil` if it is not known.
        package let mac: String?
        /// Without the prefix, e.g. `192.168.122.2`.
        package let address: String?
        /// The length of the network's part in bits, e.g. 24.
        package let prefix: UInt32
        /// The name that the guest sent; `nil` if none.
        package let hostname: String?
        /// The guest's DHCP client ID, e.g. `01:52:54:00:00:00:01`, or its DUID for IPv6.
        package let clientID: String?
    }

    /// The leases that have not expired, of one interface or with `nil` of all.
    /// C: `virNetworkGetDHCPLeases`.
    package func leases(mac: String?) throws(LibvirtError) -> [Lease] {
        var array: UnsafeMutablePointer<virNetworkDHCPLeasePtr?>?
        let count = try check(virNetworkGetDHCPLeases(pointer, mac, &array, 0))
        defer { free(array) }
        return (0..<Int(count)).compactMap { array?[$0] }.map { lease in
            // Each member and the array are freed separately.
            defer { virNetworkDHCPLeaseFree(lease) }
            return Lease(lease.pointee)
        }
    }
}

extension Network.Lease {
    fileprivate init(_ lease: virNetworkDHCPLease) {
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
