import GuestAccess
import System

/// A socket of this host that waits for connections or datagrams, and who waits.
struct Listener: Hashable, Sendable {
    let proto: Forward.TransportProtocol
    let port: UInt16
    let address: String
    /// The name of a process that has the socket open; `nil` if it is not visible to this user.
    let process: String?

    static func all() throws -> [Listener] {
        let sockets = try ListeningSocket.all()
        let owners = owners(of: Set(sockets.map(\.inode)))
        return sockets.map { socket in
            Listener(
                proto: socket.kind == .tcp ? .tcp : .udp, port: socket.port,
                address: socket.address, process: owners[socket.inode])
        }
    }

    /// Process names by socket inode. Only root sees the sockets of other users' processes.
    private static func owners(of inodes: Set<String>) -> [String: String] {
        var owners: [String: String] = [:]
        for process in ProcessTable.ids() {
            do throws(SystemError) {
                for inode in try ProcessTable.sockets(of: process)
                where inodes.contains(inode) && owners[inode] == nil {
                    owners[inode] = try ProcessInformation.name(of: process)
                }
            } catch { continue }  // not ours to see
        }
        return owners
    }
}
