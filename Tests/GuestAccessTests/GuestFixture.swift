import Glibc
import Libvirt
import Policy
import Protocol
import System
import TestSupport
import Testing

/// A TCP port of the loopback address, as a forward to a guest has.
final class Listener: Waitable {
    private let descriptor: FileDescriptor
    var descriptorNumber: Int32 { descriptor.number }
    let port: UInt16

    init() throws {
        let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        let number = socket(AF_INET, type, 0)
        guard number >= 0 else { throw SystemError.last }
        descriptor = FileDescriptor(owning: number)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isListening = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(number, $0, size) == 0 && listen(number, 16) == 0
                    && getsockname(number, $0, &size) == 0
            }
        }
        guard isListening else { throw SystemError.last }
        port = UInt16(bigEndian: address.sin_port)
    }

    /// Accepts one connection and sends it a greeting. Returns at the end of the connection, or if
    /// no client connects in time.
    func greet(_ greeting: String) {
        do throws(SystemError) {
            guard try waitForAny(of: [self], until: .now + .seconds(20)) else { return }
            let number = accept(descriptor.number, nil, nil)
            guard number >= 0 else { return }
            let connection = FileDescriptor(owning: number)
            // Not `write`: a client that is gone would end this process by SIGPIPE.
            _ = send(number, greeting, greeting.utf8.count, Int32(MSG_NOSIGNAL))
            var buffer = [UInt8](repeating: 0, count: 100)
            while try connection.readSome(into: &buffer) > 0 {}
        } catch {}  // the client has closed the connection
    }
}

/// The XML of an interface with a forward to the guest's port 22. Without `<backend
/// type='passt'/>`, because not every libvirt's test driver knows it.
func forwardXML(_ hostPort: Int, attributes: String = "") -> String {
    """
    <devices><interface type='user'><mac address='52:54:00:00:00:0a'/>
      <portForward proto='tcp' \(attributes)><range start='\(hostPort)' to='22'/></portForward>
    </interface></devices>
    """
}

/// Runs `body` with a connection to a host with these domains.
func withHost<Value>(
    _ domains: TestHost.Domain..., policy: Policy = .unconfined,
    body: (HostConnection) throws -> Value
) throws -> Value {
    try inTemporaryDirectory { directory in
        try body(
            HostConnection(
                uri: TestHost(in: directory, domains: domains).uri, policy: policy))
    }
}

/// Checks that `body` throws an error of this kind, whose message contains the text.
func expectError(
    _ kind: RequestError.Kind, _ text: String, sourceLocation: SourceLocation = #_sourceLocation,
    _ body: () throws -> Void
) {
    do {
        try body()
        Issue.record("nothing was thrown", sourceLocation: sourceLocation)
    } catch {
        let error = RequestError(error)
        #expect(error.kind == kind, sourceLocation: sourceLocation)
        #expect(error.message.contains(text), sourceLocation: sourceLocation)
    }
}
