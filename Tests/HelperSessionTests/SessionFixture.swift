import Libvirt
import Logging
import Policy
import Protocol
import System
import TestSupport
import Text
import Wire

@testable import HelperSession

/// A session on a host of libvirt's test driver, with a state directory of its own.
struct SessionFixture {
    let session: Session
    let client: TestClient
    let state: StateDirectory
    /// For files of the test.
    let directory: String

    /// `input` is what the client sends before it closes its end.
    init(
        in directory: String, domains: [TestHost.Domain] = [], pools: [TestHost.Pool] = [],
        input: String = "", policy: Policy = .unconfined
    ) throws {
        self.directory = directory
        state = StateDirectory(path: "\(directory)/state")
        try state.make()
        client = try TestClient(sends: input, in: directory)
        let client = Client(sshConnection: nil, sudoUser: nil)
        let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        session = try Session(
            wire: self.client.wire,
            host: HostConnection(
                uri: try TestHost(in: directory, domains: domains, pools: pools).uri,
                policy: policy),
            client: client, audit: .none, record: SessionRecord(state, client, policy, log),
            log: log)
    }

    func lock(of domain: String) throws -> String {
        guard let path = state.lock(of: domain) else { throw SystemError.noSuchFile }
        return path
    }

    /// Reserves a domain as the command `reserve` does.
    func reserve(_ filter: DomainFilter, wait: Double? = nil) throws -> String {
        var progress = Progress(nil)
        return try session.reserve(ReservationOrder(filter, wait: wait), progress: &progress)
    }

    /// The members of the reply to one request.
    func reply(to line: String) throws -> JSONValue {
        try session.reply(to: RequestObject(line: Array(line.utf8))).json
    }
}

/// Runs `body` with a session in a new directory.
func withSession<Value>(
    domains: [String] = [], pools: [TestHost.Pool] = [], input: String = "",
    _ body: (SessionFixture) throws -> Value
) throws -> Value {
    try inTemporaryDirectory { directory in
        try body(
            SessionFixture(
                in: directory, domains: domains.map { TestHost.Domain($0) }, pools: pools,
                input: input))
    }
}

/// The error that `body` throws; `nil` if it throws none.
func requestError(_ body: () throws -> Void) -> RequestError? {
    do { try body() } catch { return RequestError(error) }
    return nil
}

extension JSONValue {
    /// The text as on the wire.
    var text: String {
        var bytes: [UInt8] = []
        write(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }
}
