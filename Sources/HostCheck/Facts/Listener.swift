import GuestAccess
import System

/// A socket of this host that waits for connections or datagrams.
struct Listener: Hashable, Sendable {
    let proto: Forward.TransportProtocol
    let port: UInt16
    let address: String
    /// The name of a process that has the socket open; `nil` if it is not visible to this user.
    let process: String?

    private struct Socket {
        let proto: Forward.TransportProtocol
        let port: UInt16
        let address: String
        let inode: Substring
    }

    static func all() throws -> [Listener] {
        var sockets: [Socket] = []
        let tables: [(String, Forward.TransportProtocol)] = [
            ("tcp", .tcp), ("tcp6", .tcp), ("udp", .udp), ("udp6", .udp),
        ]
        for (table, proto) in tables {
            // The tables of IPv6 do not exist if it is disabled.
            let lines = try textIfPresent("/proc/net/\(table)") ?? ""
            sockets += lines.split(separator: "\n").dropFirst().compactMap { line in
                Self.socket(line, proto: proto)
            }
        }
        let owners = owners(of: Set(sockets.map(\.inode)))
        return sockets.map { socket in
            Listener(
                proto: socket.proto, port: socket.port, address: socket.address,
                process: owners[socket.inode])
        }
    }

    /// One line of `/proc/net/tcp`: `sl: ADDRESS:PORT ADDRESS:PORT STATE ... INODE ...`.
    private static func socket(
        _ line: Substring, proto: Forward.TransportProtocol
    ) -> Socket? {
        let fields = line.split(separator: " ")
        // Linux: net/tcp_states.h. 0A is TCP_LISTEN; 07 (TCP_CLOSE) is an unconnected UDP socket.
        guard fields.count > 9, fields[3] == (proto == .tcp ? "0A" : "07") else { return nil }
        let place = fields[1].split(separator: ":")
        guard place.count == 2, let port = UInt16(place[1], radix: 16) else { return nil }
        return Socket(
            proto: proto, port: port, address: addressText(place[0]), inode: fields[9])
    }

    /// An address of the tables in its usual form. The tables have 32-bit words in the byte order
    /// of this (little-endian) machine.
    static func addressText(_ digits: Substring) -> String {
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

    /// Process names by socket inode. Only root sees the sockets of other users' processes.
    private static func owners(of inodes: Set<Substring>) -> [Substring: String] {
        var owners: [Substring: String] = [:]
        for process in ProcessTable.ids() {
            let directory = "/proc/\(process)/fd"
            do {
                for name in try Directory(directory).names() {
                    let target = try linkTarget("\(directory)/\(name)")
                    guard target.hasPrefix("socket:[") else { continue }
                    let inode = target.dropFirst("socket:[".count).dropLast()
                    if inodes.contains(inode), owners[inode] == nil {
                        owners[inode] = try ProcessInformation.name(of: process)
                    }
                }
            } catch { continue }  // not ours to see, or it has ended
        }
        return owners
    }
}
