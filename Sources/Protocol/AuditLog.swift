package import Lifetime
package import Policy
import Synchronization
package import System
import Text
package import Wire

/// The audit log of a session with a role: one line per request, one before each change, and one at
/// the start and the end of the session. Without a role nothing is written.
///
/// A request whose line cannot be sent is refused: the calls throw a `Denial`. One object records
/// one request at a time; each background request has an object of its own, see `another()`. `end`
/// may be called by any thread, and ends the whole log.
package final class AuditLog: Sendable {
    package typealias Send = @Sendable (String, SystemLog.Level) throws(SystemError) -> Void

    /// What a request names, for the field `objects`.
    package enum ObjectKind: String, Sendable {
        case domain, pool, volume, network, snapshot, file
    }

    private struct Sink: Sendable {
        let identityFields: String
        let lineLimit: Int
        let send: Send
    }

    /// A request that is being executed.
    private struct Running {
        let number: Int
        let command: String
        let arguments: String
        let start = ContinuousClock.now
        var what = ""
        var objects: [String] = []
        var hasBegun = false
    }

    private struct State {
        let start = ContinuousClock.now
        /// Whether the line of the session's start was sent.
        var isStarted = false
        var isEnded = false
        var count = 0
        /// How many lines of requests were lost since the last one that was sent.
        var dropped = 0
        /// By their numbers.
        var running: [Int: Running] = [:]
        /// When the last denials were, at most `denialsPerSecond`.
        var denials: [ContinuousClock.Instant] = []
    }

    /// What all objects of a session share.
    private final class Shared: Sendable {
        /// `nil` without a role.
        let sink: Sink?
        let state = Mutex(State())
        init(_ sink: Sink?) { self.sink = sink }
    }

    private let shared: Shared
    private var sink: Sink? { shared.sink }
    /// The number of this object's request; `nil` while there is none.
    private let current = Mutex<Int?>(nil)

    /// journald drops the lines of a flood without a trace.
    private static let denialsPerSecond = 10

    /// `send` sends one line.
    package init(_ policy: Policy, _ client: Client, send: @escaping Send = AuditLog.toSystemLog) {
        shared = Shared(
            policy.reportedRole.map { role in
                Sink(
                    identityFields: AuditLine.identityFields(
                        identity: policy.identity ?? role.name, role: role.name,
                        peer: client.peer, user: client.sudoUser, session: ProcessInformation.id),
                    lineLimit: 1000 - SystemLog.headerLength, send: send)
            })
    }

    private init(_ shared: Shared) { self.shared = shared }

    /// Another object of the same log, for requests on another thread.
    package func another() -> AuditLog { AuditLog(shared) }

    /// Writes nothing.
    package static let none = AuditLog(Shared(nil))

    package static let toSystemLog: Send = { (line, level) throws(SystemError) in
        try SystemLog.send(line, .authentication, level, waits: true)
    }

    // MARK: Session

    /// Records the start of the session. If the line cannot be sent, requests are refused until it
    /// was.
    package func start() {
        do throws(Denial) {
            try shared.state.withLock { state throws(Denial) in try start(&state) }
        } catch {}
    }

    private func start(_ state: inout State) throws(Denial) {
        guard let sink, !state.isStarted else { return }
        var line = AuditLine(sink.identityFields)
        line.add("event", "start")
        try send(line, arguments: nil, .info)
        state.isStarted = true
    }

    /// Records the end of the session, and of the requests that are still being executed.
    package func end(_ reason: SessionEnd) {
        guard let sink else { return }
        shared.state.withLock { state in
            guard !state.isEnded else { return }
            state.isEnded = true
            let requests = state.running.values.sorted { $0.number < $1.number }
            state.running = [:]
            var line = AuditLine(sink.identityFields)
            line.add("event", "end")
            line.add("reason", reason.rawValue)
            line.add("requests", "\(state.count)")
            line.add("seconds", seconds(since: state.start))
            // There is no request left that could be refused.
            do throws(Denial) {
                for running in requests {
                    let request = requestLine(
                        running, .allowed, Result(failure: "disconnected"))
                    try send(request, arguments: running.arguments, .info)
                }
                try send(line, arguments: nil, .info)
            } catch {}
        }
    }

    /// What happens to a reservation without a request of its session.
    package enum ReservationEvent: String, Sendable {
        /// Another session has taken the domain by force.
        case released
        /// The client is lost, and the lease begins.
        case leaseBegan = "lease-began"
        case leaseEnded = "lease-ended"
        /// Another session of the same owner has taken it over.
        case resumed
    }

    /// Records it; `taker` is the other session, if there is one.
    package func note(_ event: ReservationEvent, _ domain: String, by taker: String?) {
        guard let sink else { return }
        shared.state.withLock { state in
            guard !state.isEnded else { return }
            var line = AuditLine(sink.identityFields)
            line.add("event", event.rawValue)
            line.add("objects", text: "\(ObjectKind.domain.rawValue):\(domain)", limit: 200)
            if let taker { line.add("by", text: taker, limit: 80) }
            // It has happened already.
            let level = event == .released ? SystemLog.Level.warning : .info
            do throws(Denial) { try send(line, arguments: nil, level) } catch {}
        }
    }

    /// The thread that records the end of the session also ends the process, but the other threads
    /// continue until then: they must not begin what is not recorded.
    private func requireSession(_ state: State) throws(Denial) {
        guard !state.isEnded else { throw Denial("the session has ended") }
    }

    // MARK: Requests

    /// Begins a request. `command` and `arguments` are the client's texts.
    package func begin(_ command: String, arguments: @autoclosure () -> String) throws(Denial) {
        guard sink != nil else { return }
        let arguments = arguments()
        try shared.state.withLock { state throws(Denial) in
            try requireSession(state)
            state.count += 1
            let number = state.count
            state.running[number] = Running(
                number: number, command: command, arguments: arguments)
            current.withLock { $0 = number }
            do throws(Denial) { try start(&state) } catch {
                state.dropped += 1
                throw error
            }
        }
    }

    /// Names what the request does, if the command does not say it: `destroy` of virsh.
    package func setWhat(_ what: String) { change { $0.what = what } }

    /// Names an object that the request is about, as the client named it.
    package func add(_ kind: ObjectKind, _ name: String) {
        let object = "\(kind.rawValue):\(name)"
        change { if !$0.objects.contains(object) { $0.objects.append(object) } }
    }

    private func change(_ body: (inout Running) -> Void) {
        guard sink != nil, let number = current.withLock({ $0 }) else { return }
        shared.state.withLock { state in
            guard var running = state.running[number] else { return }
            body(&running)
            state.running[number] = running
        }
    }

    /// Call it before the request changes anything: a line records what begins. Only the first
    /// call of a request writes one.
    package func willChange() throws(Denial) {
        guard sink != nil, let number = current.withLock({ $0 }) else { return }
        try shared.state.withLock { state throws(Denial) in
            try requireSession(state)
            guard let running = state.running[number], !running.hasBegun else { return }
            let line = requestLine(running, .begun, nil)
            do throws(Denial) { try send(line, arguments: running.arguments, .info) } catch {
                state.dropped += 1
                throw error
            }
            state.running[number]?.hasBegun = true
        }
    }

    /// Ends the request; `error` is why it failed. Many denials are delayed.
    package func finish(_ error: RequestError?) throws(Denial) {
        let number = current.withLock { current in
            defer { current = nil }
            return current
        }
        guard sink != nil, let number else { return }
        let verdict = error.map(Verdict.init) ?? .allowed
        let delay = try shared.state.withLock { state throws(Denial) -> Duration? in
            guard let running = state.running.removeValue(forKey: number) else { return nil }
            var line = requestLine(running, verdict, Result(failure: error?.kind.rawValue))
            if state.dropped > 0 { line.add("dropped", "\(state.dropped)") }
            do throws(Denial) {
                try send(
                    line, arguments: running.arguments, verdict == .denied ? .warning : .info)
                state.dropped = 0
            } catch {
                state.dropped += 1
                // What has changed cannot be refused any more, and its first line was sent.
                guard running.hasBegun else { throw error }
            }
            return verdict == .denied ? nextDelay(&state) : nil
        }
        if let delay { pause(milliseconds: UInt32(delay / .milliseconds(1)) + 1) }
    }

    /// How long to wait so that there are not too many denials in a second.
    private func nextDelay(_ state: inout State) -> Duration? {
        let now = ContinuousClock.now
        var next = now
        if state.denials.count >= Self.denialsPerSecond {
            next = max(now, state.denials.removeFirst() + .seconds(1))
        }
        state.denials.append(next)
        return next > now ? next - now : nil
    }

    // MARK: Lines

    private enum Verdict: String {
        case allowed, denied, begun
        case notFound = "not-found"

        init(_ error: RequestError) {
            self =
                switch error.kind {
                case _ where error.isPolicyDenial: .denied
                case .notFound, .unknownCommand: .notFound
                default: .allowed
                }
        }
    }

    private struct Result {
        /// `nil` for success.
        let failure: String?
    }

    private func requestLine(_ request: Running, _ verdict: Verdict, _ result: Result?) -> AuditLine
    {
        var line = AuditLine(sink?.identityFields ?? "")
        line.add("seq", "\(request.number)")
        line.add("cmd", text: request.command, limit: 60)
        line.add("what", text: request.what, limit: 80)
        line.add("objects", text: request.objects.joined(separator: " "), limit: 200)
        line.add("verdict", verdict.rawValue)
        if let result {
            line.add("result", result.failure == nil ? "ok" : "failed")
            if let failure = result.failure { line.add("kind", failure) }
            line.add("seconds", seconds(since: request.start))
        }
        return line
    }

    private func seconds(since start: ContinuousClock.Instant) -> String {
        fixed((ContinuousClock.now - start) / .seconds(1), 3)
    }

    /// Sends a line, or else the line without arguments.
    private func send(
        _ line: AuditLine, arguments: String?, _ level: SystemLog.Level
    ) throws(Denial) {
        guard let sink else { return }
        do throws(SystemError) {
            let text = arguments.map { line.text(arguments: $0, limit: sink.lineLimit) }
            do throws(SystemError) {
                try sink.send(text ?? line.withoutArguments, level)
            } catch {
                try sink.send(line.withoutArguments, level)
            }
        } catch { throw Denial("the request cannot be recorded in the system log") }
    }
}
