package import Lifetime
package import Policy
import Synchronization
package import System
import Text
package import Wire

/// The audit log of a session with a role: one line per request, one before each change, and one at
/// the start and the end of the session. Without a role nothing is written.
///
/// A request whose line cannot be sent is refused: the calls throw a `Denial`. Used by the main
/// thread; `end` may be called by any thread.
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

    /// The request that is being executed.
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
        var running: Running?
        /// When the last denials were, at most `denialsPerSecond`.
        var denials: [ContinuousClock.Instant] = []
    }

    /// `nil` without a role.
    private let sink: Sink?
    private let state = Mutex(State())

    /// journald drops the lines of a flood without a trace.
    private static let denialsPerSecond = 10

    /// `send` sends one line.
    package init(_ policy: Policy, _ client: Client, send: @escaping Send = AuditLog.toSystemLog) {
        sink = policy.reportedRole.map { role in
            Sink(
                identityFields: AuditLine.identityFields(
                    identity: policy.identity ?? role.name, role: role.name, peer: client.peer,
                    user: client.sudoUser, session: ProcessInformation.id),
                lineLimit: 1000 - SystemLog.headerLength, send: send)
        }
    }

    private init() { sink = nil }

    /// Writes nothing.
    package static let none = AuditLog()

    package static let toSystemLog: Send = { (line, level) throws(SystemError) in
        try SystemLog.send(line, .authentication, level, waits: true)
    }

    // MARK: Session

    /// Records the start of the session. If the line cannot be sent, requests are refused until it
    /// was.
    package func start() {
        do throws(Denial) { try state.withLock { state throws(Denial) in try start(&state) } } catch
        {}
    }

    private func start(_ state: inout State) throws(Denial) {
        guard let sink, !state.isStarted else { return }
        var line = AuditLine(sink.identityFields)
        line.add("event", "start")
        try send(line, arguments: nil, .info)
        state.isStarted = true
    }

    /// Records the end of the session, and of a request that is still being executed.
    package func end(_ reason: SessionEnd) {
        guard let sink else { return }
        state.withLock { state in
            guard !state.isEnded else { return }
            state.isEnded = true
            let request = state.running.map { running in
                requestLine(running, .allowed, Result(failure: "disconnected"))
            }
            var line = AuditLine(sink.identityFields)
            line.add("event", "end")
            line.add("reason", reason.rawValue)
            line.add("requests", "\(state.count)")
            line.add("seconds", seconds(since: state.start))
            // There is no request left that could be refused.
            do throws(Denial) {
                if let request, let running = state.running {
                    try send(request, arguments: running.arguments, .info)
                }
                try send(line, arguments: nil, .info)
            } catch {}
            state.running = nil
        }
    }

    /// The thread that records the end of the session also ends the process, but the main thread
    /// continues until then: it must not begin what is not recorded.
    private func requireSession(_ state: State) throws(Denial) {
        guard !state.isEnded else { throw Denial("the session has ended") }
    }

    // MARK: Requests

    /// Begins a request. `command` and `arguments` are the client's texts.
    package func begin(_ command: String, arguments: @autoclosure () -> String) throws(Denial) {
        guard sink != nil else { return }
        let arguments = arguments()
        try state.withLock { state throws(Denial) in
            try requireSession(state)
            state.count += 1
            state.running = Running(number: state.count, command: command, arguments: arguments)
            do throws(Denial) { try start(&state) } catch {
                state.dropped += 1
                throw error
            }
        }
    }

    /// Names what the request does, if the command does not say it: `destroy` of virsh.
    package func setWhat(_ what: String) { state.withLock { $0.running?.what = what } }

    /// Names an object that the request is about, as the client named it.
    package func add(_ kind: ObjectKind, _ name: String) {
        let object = "\(kind.rawValue):\(name)"
        state.withLock { state in
            guard state.running?.objects.contains(object) == false else { return }
            state.running?.objects.append(object)
        }
    }

    /// Call it before the request changes anything: a line records what begins. Only the first
    /// call of a request writes one.
    package func willChange() throws(Denial) {
        guard sink != nil else { return }
        try state.withLock { state throws(Denial) in
            try requireSession(state)
            guard let running = state.running, !running.hasBegun else { return }
            let line = requestLine(running, .begun, nil)
            do throws(Denial) { try send(line, arguments: running.arguments, .info) } catch {
                state.dropped += 1
                throw error
            }
            state.running?.hasBegun = true
        }
    }

    /// Ends the request; `error` is why it failed. Many denials are delayed.
    package func finish(_ error: RequestError?) throws(Denial) {
        guard sink != nil else { return }
        let verdict = error.map(Verdict.init) ?? .allowed
        let delay = try state.withLock { state throws(Denial) -> Duration? in
            guard let running = state.running else { return nil }
            state.running = nil
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
