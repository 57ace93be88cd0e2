import CSystem
import Glibc

/// The host's neighbours: machines on its links, of which the kernel knows the IP address and the
/// MAC address, from ARP or from IPv6 neighbour discovery.
package enum NeighbourTable {
    package struct Entry: Equatable, Sendable {
        /// Numeric. A link-local IPv6 address has its device: `fe80::5054:ff:fe00:5%br0`.
        package let address: String
        /// In lower case, e.g. `52:54:00:aa:bb:cc`.
        package let mac: String
        package let isIPv6: Bool
        /// Whether a connection to the address goes directly to this neighbour. A guest may claim
        /// any address, also one that the host reaches elsewhere, e.g. through its gateway.
        package let isReached: Bool
    }

    /// The entries with this MAC address, in lower case, that the kernel has resolved.
    /// C: `RTM_GETNEIGH` and `RTM_GETROUTE` of rtnetlink(7).
    package static func entries(ofMAC mac: String) throws(SystemError) -> [Entry] {
        try neighbours().filter { text(ofMAC: $0) == mac }.compactMap { Entry($0) }
    }

    /// Makes the kernel resolve a numeric address by ARP or neighbour discovery, unless its route
    /// has a gateway. The table has the result later. Nothing is sent to a port.
    /// C: `RTM_NEWNEIGH` with `NTF_USE`.
    package static func resolve(_ address: String) throws(SystemError) {
        var bytes = [UInt8](repeating: 0, count: 16)
        let family = address.contains(":") ? AF_INET6 : AF_INET
        guard inet_pton(family, address, &bytes) == 1 else { return }
        var device: UInt32 = 0
        try check(atex_link_to(family, bytes, &device))
        guard device != 0 else { return }
        try check(atex_resolve_neighbour(family, bytes, device))
    }

    private static func neighbours() throws(SystemError) -> [atex_neighbour] {
        var list: UnsafeMutablePointer<atex_neighbour>?
        let count = Int(try check(atex_neighbours(&list)))
        defer { free(list) }
        return Array(UnsafeBufferPointer(start: list, count: count))
    }

    /// The characters before the NUL.
    fileprivate static func text(_ characters: [CChar]) -> String {
        String(
            decoding: characters.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    fileprivate static func text(ofMAC neighbour: atex_neighbour) -> String {
        withUnsafeBytes(of: neighbour.mac) { bytes in
            bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: ":")
        }
    }
}

extension NeighbourTable.Entry {
    /// `nil` if the device of a link-local address has vanished.
    fileprivate init?(_ neighbour: atex_neighbour) {
        var neighbour = neighbour
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        guard
            inet_ntop(
                neighbour.family, &neighbour.address, &text, socklen_t(text.count)) != nil
        else { return nil }
        let address = NeighbourTable.text(text)
        isIPv6 = neighbour.family == AF_INET6
        mac = NeighbourTable.text(ofMAC: neighbour)
        // fe80::/10. The same address may exist on every link.
        let isLinkLocal =
            isIPv6 && neighbour.address.0 == 0xFE && neighbour.address.1 & 0xC0 == 0x80
        guard isLinkLocal else {
            self.address = address
            var device: UInt32 = 0
            let isRouted =
                withUnsafeBytes(of: neighbour.address) {
                    atex_link_to(
                        neighbour.family, $0.baseAddress?.assumingMemoryBound(to: UInt8.self),
                        &device)
                } == 0
            isReached = isRouted && device == neighbour.device
            return
        }
        var name = [CChar](repeating: 0, count: Int(IF_NAMESIZE))
        guard if_indextoname(neighbour.device, &name) != nil else { return nil }
        self.address = address + "%" + NeighbourTable.text(name)
        isReached = true
    }
}
