/// The host's IPv4 neighbours: the addresses of machines on its links.
package enum ARPTable {
    package struct Entry: Equatable, Sendable {
        package let address: String
        /// In lower case, e.g. `52:54:00:aa:bb:cc`.
        package let mac: String
    }

    /// The entries that the kernel has resolved.
    /// C: `/proc/net/arp`, proc(5).
    package static func entries() throws(SystemError) -> [Entry] {
        parse(String(decoding: try contents(of: "/proc/net/arp", limit: 16 << 20), as: UTF8.self))
    }

    /// `IP address, HW type, Flags, HW address, Mask, Device`; the first line is a heading.
    static func parse(_ text: String) -> [Entry] {
        text.split(separator: "\n").dropFirst().compactMap { line in
            let fields = line.split(separator: " ")
            let complete: UInt32 = 2  // ATF_COM
            guard fields.count >= 4, let flags = UInt32(fields[2].dropFirst(2), radix: 16),
                flags & complete != 0
            else { return nil }
            return Entry(address: String(fields[0]), mac: fields[3].lowercased())
        }
    }
}
