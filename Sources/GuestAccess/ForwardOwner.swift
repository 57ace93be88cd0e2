import Libvirt
import System
import Text

/// The processes that may listen on the host for one domain: its QEMU, and the passt processes
/// that libvirt started for it.
struct ForwardOwner {
    private let processes: Set<Int32>

    /// The directory of libvirtd's and virtqemud's pid files.
    private static let runDirectory = "/run/libvirt/qemu"

    /// `nil` if this process cannot find out: other users' sockets are visible to root only, and
    /// other drivers have no such processes.
    init?(of domain: Domain, _ connection: Connection) throws {
        guard ProcessInformation.isRoot, try connection.type() == "QEMU",
            try URI(connection.uri()).path == "/system", let id = domain.id
        else { return nil }
        self.init(domain: try domain.name(), id: id, runDirectory: Self.runDirectory)
    }

    /// `nil` if there is no pid file of the domain's QEMU, or if that of a passt names another
    /// process: libvirt 9.1 writes the number of one that has ended.
    init?(domain: String, id: UInt32, runDirectory: String) {
        // libvirt 9.0.0: `virPidFileBuildPath` in qemuProcessLaunch, `qemuPasstCreatePidFilename`.
        guard let qemu = pid(in: "\(runDirectory)/\(domain).pid") else { return nil }
        var processes: Set<Int32> = [qemu]
        let directory = "\(runDirectory)/passt"
        do throws(SystemError) {
            for name in try Directory.names(in: directory)
            where isPidFile(name, ofPasstFor: domain, id: id) {
                guard let passt = pid(in: "\(directory)/\(name)"),
                    try ProcessInformation.name(of: passt)?.hasPrefix("passt") == true
                else { return nil }
                processes.insert(passt)
            }
        } catch {}  // this libvirt has never started a passt
        self.processes = processes
    }

    /// Whether a connection to a TCP port of this host reaches a process of the domain.
    func listens(at address: String, _ port: UInt16) throws(SystemError) -> Bool {
        let sockets = try ListeningSocket.all().filter { $0.kind == .tcp && $0.port == port }
        // The kernel prefers a socket with the very address to one for all addresses.
        let wildcards = address.contains(":") ? ["::"] : ["0.0.0.0", "::"]
        let reached = [[address]] + [wildcards]
        let inodes = reached.lazy
            .map { addresses in sockets.filter { addresses.contains($0.address) }.map(\.inode) }
            .first { !$0.isEmpty }
        guard let inodes else { return false }
        var own: Set<String> = []
        for process in ProcessTable.families(of: processes) {
            own.formUnion(try ProcessTable.sockets(of: process))
        }
        // Several can listen together: then any of them may get the connection.
        return own.isSuperset(of: inodes)
    }
}

/// Whether libvirt gave a pid file this name: `ID-NAME-ALIAS-passt.pid`, where NAME has at most 20
/// characters. After a restart, libvirtd uses IDs again, and files of domains that ended while it
/// was away stay: they have the ID, but not the name.
/// libvirt 9.0.0: `virDomainDefGetShortName`, `qemuPasstCreatePidFilename`.
private func isPidFile(_ name: String, ofPasstFor domain: String, id: UInt32) -> Bool {
    let short = String(String.UnicodeScalarView(domain.unicodeScalars.prefix(20)))
    let (start, end) = ("\(id)-\(short)-", "-passt.pid")
    guard name.hasPrefix(start), name.hasSuffix(end) else { return false }
    // The alias is `net` and a number, or begins with `ua-` if it comes from a user.
    let alias = name.dropFirst(start.count).dropLast(end.count)
    return alias.hasPrefix("ua-") || alias.hasPrefix("net") && UInt32(alias.dropFirst(3)) != nil
}

/// The number in a pid file; `nil` if there is none.
private func pid(in file: String) -> Int32? {
    do throws(SystemError) {
        let text = String(decoding: try contents(of: file, limit: 100), as: UTF8.self)
        return text.split(whereSeparator: \.isWhitespace).first.flatMap { Int32($0) }
    } catch { return nil }
}
