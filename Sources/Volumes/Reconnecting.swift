import Libvirt
import Protocol
import System

extension HostConnection {
    /// Runs `body` with the open connection. If that is lost, runs it again with new connections
    /// for up to ten seconds, in which a daemon usually restarts. Rollbacks wait longer: see
    /// `Connection.insisting`.
    func reconnecting<Value>(_ body: (Connection) throws -> Value) throws -> Value {
        let end = ContinuousClock.now + .seconds(10)
        while true {
            do { return try body(open()) } catch {
                let error = RequestError(error)
                guard error.kind == .disconnected, .now < end else { throw error }
                try pauseOrCancel(milliseconds: 200)
            }
        }
    }
}
