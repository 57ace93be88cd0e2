import Host

/// What has to come from a guest's port to believe that the guest answers there.
enum Banner {
    /// ssh's own banner at port 22. At others: any byte through a forward, which accepts whether
    /// or not the guest does; at the guest's own address that it accepts.
    case standard
    /// Nothing: that a connection is accepted is enough.
    case none
    case pattern(Pattern, String)

    /// From a request: `nil`, `none`, or a regular expression.
    init(_ text: String?) throws {
        guard let text else {
            self = .standard
            return
        }
        if text == "none" {
            self = .none
            return
        }
        do throws(PatternError) { self = .pattern(try Pattern(text), text) } catch {
            throw Refusal(
                .badRequest,
                "banner '\(text)' is no regular expression: \(error.message) at position "
                    + "\(error.position)")
        }
    }

    /// What is enough, at a port.
    fileprivate enum Proof {
        case accepted, stayingOpen, anyByte
        case match(Pattern, String)
    }

    fileprivate func proof(at port: UInt16, _ way: WayToGuest) throws(PatternError) -> Proof {
        switch self {
        case .none: way.isForward ? .stayingOpen : .accepted
        case .pattern(let pattern, let text): .match(pattern, text)
        case .standard where port == 22: .match(try Pattern("SSH-"), "SSH-")
        case .standard: way.isForward ? .anyByte : .accepted
        }
    }
}

/// Tries one way to a guest's port again and again.
final class PortProbe {
    let way: WayToGuest
    private let proof: Banner.Proof
    /// The connection that is being tried.
    private(set) var socket: TCPSocket?
    private var received: [UInt8] = []
    private var tries = 0
    /// When the next try begins, the one under way is given up, or it has lasted long enough.
    private(set) var due: ContinuousClock.Instant
    private var pause = PortProbe.firstPause
    /// How the last try ended, or stands, in words.
    var outcome: String { socket == nil || received.isEmpty ? lastOutcome : silence }
    private var lastOutcome = "no answer yet"

    private static let firstPause = Duration.milliseconds(20)
    private static let longestPause = Duration.milliseconds(500)
    /// How long a forward has to stay open: whose guest refuses is closed at once.
    private static let stay = Duration.milliseconds(500)
    /// How long to wait for more of an answer that has begun.
    private static let slowness = Duration.seconds(3)
    /// How much of what comes is looked at.
    private static let bannerLimit = 4096

    init(_ way: WayToGuest, _ banner: Banner, guestPort: UInt16) throws {
        self.way = way
        proof = try banner.proof(at: guestPort, way)
        due = .now
    }

    /// Does what can be done now, without waiting; whether the guest answered.
    func proceed() throws -> Bool {
        do throws(SystemError) {
            guard let socket else {
                if isDue { try begin() }
                return false
            }
            guard try socket.hasConnected() else {
                if isDue { fail("no answer") }
                return false
            }
            switch proof {
            case .accepted: return true
            case .stayingOpen, .anyByte, .match: break
            }
            while let bytes = try socket.receive(atMost: Self.bannerLimit) {
                guard !bytes.isEmpty else {
                    fail("accepts connections and closes them" + afterReceived)
                    return false
                }
                received += bytes
                due = max(due, .now + Self.slowness)
                if try suffices() { return true }
                if self.socket == nil { return false }
            }
            if isDue {
                if case .stayingOpen = proof { return true }
                fail(silence)
            }
        } catch { fail(error.message.lowercased()) }
        return false
    }

    /// For one that answered, but is not who it should be.
    func disbelieve() { fail("another machine answers there, says the host's ARP table") }

    private func begin() throws(SystemError) {
        tries += 1
        received = []
        // Now soon, now late: what a forward began before the guest could hear it never answers,
        // and a busy guest takes its time.
        let patience = Duration.seconds(1 << ((tries - 1) % 4))
        due = .now + patience
        if case .stayingOpen = proof { due = .now + Self.stay }
        socket = try TCPSocket(connectingTo: way.address, port: way.port)
    }

    private var isDue: Bool { ContinuousClock.now >= due }

    private func fail(_ outcome: String) {
        lastOutcome = outcome
        socket = nil
        due = .now + pause
        pause = min(pause * 2, Self.longestPause)
    }

    private var text: String { String(decoding: received, as: UTF8.self) }

    private func suffices() throws(SystemError) -> Bool {
        guard case .match(let pattern, let expression) = proof else { return true }
        do throws(PatternError) {
            if try pattern.matchesPart(of: text) { return true }
        } catch {
            fail("its answer cannot be compared with '\(expression)': \(error.message)")
            return false
        }
        if received.count >= Self.bannerLimit { fail("its answer" + mismatch) }
        return false
    }

    private var silence: String { "accepts connections and is silent" + afterReceived }

    private var afterReceived: String { received.isEmpty ? "" : ", its answer" + mismatch }

    private var mismatch: String {
        guard case .match(_, let expression) = proof else { return "" }
        return " '\(text.prefix(40))' does not match '\(expression)'"
    }
}
