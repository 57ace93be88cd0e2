import Confinement
import Glibc
import Libvirt
import Protocol
import System
import TestSupport
import Wire

@testable import Volumes

/// A host with a directory pool `pool`, whose volumes libvirt knows as far as `volumes` names them:
/// the test driver does not look at the disk.
struct PoolFixture {
    /// The pool's directory.
    let path: String
    let connection: Connection
    let host: HostConnection
    private let directory: String

    init(
        in directory: String, volumes: [String] = [], type: String = "dir",
        domains: [TestHost.Domain] = []
    ) throws {
        self.directory = directory
        path = "\(directory)/pool"
        try Directory.make(path)
        let uri = try TestHost(
            in: directory, domains: domains,
            pools: [TestHost.Pool("pool", type: type, path: path, volumes: volumes)]
        ).uri
        host = HostConnection(uri: uri)
        connection = try host.open()
    }

    func open() throws -> DirectoryPool { try DirectoryPool(named: "pool", connection) }

    func put(_ text: String, _ name: String) throws { try write(text, to: "\(path)/\(name)") }

    func content(_ name: String) throws -> String { try text(of: "\(path)/\(name)") }

    func names() throws -> [String] { try TestSupport.names(in: path) }

    func status(_ name: String) throws -> FileStatus { try FileStatus(of: "\(path)/\(name)") }

    /// The guard of a session in which other sessions hold `reserved`.
    func overwriting(
        force: Bool = false, reserved: [String] = [], gate: any EffectGate = UnconfinedGate()
    ) -> OverwriteGuard {
        OverwriteGuard(host, gate: gate, isForced: force) {
            reserved.contains($0) ? "ci-7" : nil
        }
    }

    /// A client of which a body of `body.count` bytes is expected.
    func client(sending body: [UInt8], expected: Int? = nil) throws -> TestClient {
        let files = try Directory.makeTemporary(prefix: "\(directory)/client-")
        let client = try TestClient(sends: body, in: files)
        client.wire.expectBody(.bytes(UInt64(expected ?? body.count)))
        return client
    }
}

/// Runs `body` with a pool in a new directory.
func withPool<Value>(
    volumes: [String] = [], type: String = "dir", domains: [TestHost.Domain] = [],
    _ body: (PoolFixture) throws -> Value
) throws -> Value {
    try inTemporaryDirectory { directory in
        try body(PoolFixture(in: directory, volumes: volumes, type: type, domains: domains))
    }
}

/// The kind of the error that `body` throws; `nil` if it throws none.
func errorKind(_ body: () throws -> Void) -> RequestError.Kind? {
    do { try body() } catch { return RequestError(error).kind }
    return nil
}

func fileName(_ text: String) throws -> FileName { try volumeName(text) }
