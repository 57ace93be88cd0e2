/// A socket of this host that waits for connections or datagrams, as `/proc/net` lists it.
package struct ListeningSocket: Hashable, Sendable {
    package enum Kind: Sendable { case tcp, udp }

    package let kind: Kind
    package let port: UInt16
    /// Numeric, e.g. `127.0.0.1` or `::`.
    package let address: String
    /// The number by which `/proc/PID/fd` shows the socket.
    package let inode: String

    /// All in this process's network namespace.
    package static func all() throws(SystemError) -> [ListeningSocket] {
        var sockets: [ListeningSocket] = []
        let tables: [(String, Kind)] = [
            ("tcp", .tcp), ("tcp6", .tcp), ("udp", .udp), ("udp6", .udp),
        ]
        for (table, kind) in tables {
            let bytes: [UInt8]
            do throws(SystemError) {
                bytes = try contents(of: "/proc/net/\(table)", limit: 64 << 20)
            } catch {
                // The tables of IPv6 do not exist if it is disabled.
                guard error == .noSuchFile else { throw error }
                continue
            }
            let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
            sockets += lines.dropFirst().compactMap { ListeningSocket(line: $0, kind) }
        }
        return sockets
    }

    /// One line of `/proc/net/tcp`: `sl: ADDRESS:PORT ADDRESS:PORT STATE ... INODE ...`; `nil` if
    /// the socket does not listen.
    private init?(line: Substring, _ kind: Kind) {
        let fields = line.split(separator: " ")
        // Linux: net/tcp_states.h. 0A is TCP_LISTEN; 07 (TCP_CLOSE) is an unconnected UDP socket.
        guard fields.count > 9, fields[3] == (kind == .tcp ? "0A" : "07") else { return nil }
        let place = fields[1].split(separator: ":")
        guard place.count == 2, let port = UInt16(place[1], radix: 16) else { return nil }
        self.kind = kind
        self.port = port
        address = Self.addressText(place[0])
        inode = String(fields[9])
    }

    /// An address of the tables in its usual form. The tables have 32-bit words in the byte order
    /// of this (little-endian) machine.
    package static func addressText(_ digits: Substring) -> String {
        var swapped = ""
        var rest = digits
        while rest.count >= 8 {
            let word = Array(rest.prefix(8))
            for place in [6, 4, 2, 0] { swapped += String(word[place...place + 1]) }
            rest = rest.dropFirst(8)
        }
        guard swapped.count == 8 else { return ipv6Text(swapped[...]) }
        let word = UInt32(swapped, radix: 16) ?? 0
        return [24, 16, 8, 0].map { String(word >> UInt32($0) & 0xFF) }.joined(separator: ".")
    }
}

/// An address of 32 hexadecimal digits in its canonical form (RFC 5952), e.g. `2001:db8::1`.
package func ipv6Text(_ digits: Substring) -> String {
    var groups: [UInt16] = []
    var rest = digits
    while rest.count >= 4 {
        groups.append(UInt16(rest.prefix(4), radix: 16) ?? 0)
        rest = rest.dropFirst(4)
    }
    // `::` replaces the longest run of two or more zeros, the first one of equal length.
    var longest = 0..<0
    var start = 0
    for index in 0...groups.count where index == groups.count || groups[index] != 0 {
        if index - start > max(longest.count, 1) { longest = start..<index }
        start = index + 1
    }
    func text(_ part: ArraySlice<UInt16>) -> String {
        part.map { String($0, radix: 16) }.joined(separator: ":")
    }
    if longest.isEmpty { return text(groups[...]) }
    return text(groups[..<longest.lowerBound]) + "::" + text(groups[longest.upperBound...])
}
