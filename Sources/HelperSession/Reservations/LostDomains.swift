import Policy
import Synchronization
import System
import Text
import Wire

/// The domains of this session that another one has released by force, until the client reserves
/// them again, or releases them. Until then it may believe that it still holds them.
final class LostDomains: Sendable {
    /// Who took each, by the bytes of its name.
    private let takers = Mutex<[[UInt8]: String]>([:])
    private let listeners = Mutex<[Wakeup]>([])
    /// Those of each domain, by the bytes of its name.
    private let steps = Mutex<[[UInt8]: Step]>([:])
    /// Where events are written; `nil` if the client may not understand them.
    private let wire = Mutex<Wire?>(nil)

    /// Held during a step that changes a domain, and while it is given back by force. Locked inside
    /// of a critical section, as at the end of the process.
    private final class Step: Sendable {
        let mutex = Mutex(())
    }

    func add(_ domain: String, by taker: String) {
        takers.withLock { $0[Array(domain.utf8)] = taker }
        for listener in listeners.withLock({ $0 }) { listener.wake() }
    }

    /// The client knows by now.
    func remove(_ domain: String) {
        takers.withLock { _ = $0.removeValue(forKey: Array(domain.utf8)) }
    }

    /// Runs a step of a request that must not happen to a domain of somebody else, such as a start;
    /// throws if the domain was taken. It is not given back meanwhile.
    func step(on domain: String, _ body: () throws -> Void) throws {
        try step(domain).mutex.withLock { _ in
            try check(domain)
            try body()
        }
    }

    /// The same for a step that undoes another one, and for one that gives a domain back.
    func alone<Failure>(
        on domain: String, _ body: () throws(Failure) -> Void
    ) throws(Failure) {
        try step(domain).mutex.withLock { _ throws(Failure) in try body() }
    }

    private func step(_ domain: String) -> Step {
        steps.withLock { steps in
            let name = Array(domain.utf8)
            if let step = steps[name] { return step }
            let step = Step()
            steps[name] = step
            return step
        }
    }

    /// The client takes events: it has asked for some.
    func sendEvents(to wire: Wire) { self.wire.withLock { $0 = wire } }

    /// Tells the client that a domain was taken. May wait until the client reads.
    func sendEvent(_ domain: String, by taker: String) {
        let event: [(name: String, value: JSONValue)] = [
            ("event", .string("released")), ("domain", .string(domain)), ("by", .string(taker)),
        ]
        do throws(SystemError) { try wire.withLock { $0 }?.write(.object(event)) } catch {
            // `ClientWatch` notices that the client has gone.
        }
    }

    /// Is woken when a domain is taken.
    func wake(_ listener: Wakeup) { listeners.withLock { $0.append(listener) } }

    /// Throws if the domain was taken, so that the client does not change what another one may use.
    func check(_ domain: @autoclosure () throws -> String) throws {
        guard takers.withLock({ !$0.isEmpty }) else { return }
        let domain = try domain()
        guard let taker = takers.withLock({ $0[Array(domain.utf8)] }) else { return }
        throw Busy(
            "domain '\(domain)' is not reserved for this session any more: it was released by "
                + "force by \(taker); reserve it again before changing it")
    }
}
