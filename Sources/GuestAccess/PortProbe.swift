import System
import Text

/// Tries one route to a guest's port repeatedly. No method blocks.
final class PortProbe {
    let route: GuestRoute
    private let proof: Banner.Proof
    /// The connection of the present attempt; `nil` between attempts.
    private(set) var socket: TCPSocket?
    private var received: [UInt8] = []
    private var attempts = 0
    /// When the next attempt begins, or the present one is given up or has lasted long enough.
    private(set) var due: ContinuousClock.Instant
    private var pause = PortProbe.firstPause
    /// How the last attempt ended, or the state of the present one, for people.
    var outcome: String { socket == nil || received.isEmpty ? lastOutcome : silence }
    private var lastOutcome = "no answer yet"

    private static let firstPause = Duration.milliseconds(20)
    private static let longestPause = Duration.milliseconds(500)
    /// How long a forward must stay open: it closes at once if the guest refuses the connection.
    private static let minimumOpenTime = Duration.milliseconds(500)
    /// How long to wait for the rest of an answer that has begun.
    private static let answerTimeout = Duration.seconds(3)
    /// The number of received bytes that are compared, at most.
    private static let bannerLimit = 4096

    /// If the route must be proved before anything is read from it: why it does not lead to the
    /// guest; `nil` if it does.
    private let objection: (() -> String?)?
    private var isProved = false

    init(
        _ route: GuestRoute, _ banner: Banner, guestPort: UInt16, objection: (() -> String?)? = nil
    ) throws {
        self.route = route
        self.objection = objection
        proof = try banner.proof(at: guestPort, route)
        due = .now
    }

    /// Makes the progress that is possible now. Returns true once the guest has answered.
    func proceed() throws -> Bool {
        do throws(SystemError) {
            guard let socket else {
                // The listener of a forward is known before anything connects to it, and so is the
                // owner of an address that only the guest claims.
                guard isDue else { return false }
                if objection != nil { route.askWhoHasClaimedAddress() }
                if !(route.isForward || route.isOnlyClaimed) || prove() { try begin() }
                return false
            }
            guard try socket.hasConnected() else {
                if isDue { fail("no answer") }
                return false
            }
            // An address can be proved only now, when the kernel has resolved it. One that only the
            // guest claims was proved before, but another machine may have taken it since.
            guard route.isForward || prove() else { return false }
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
                // An answer that has begun gets time to end, but never less than the attempt had.
                due = max(due, .now + Self.answerTimeout)
                if try suffices() { return true }
                // `suffices` gave up.
                if self.socket == nil { return false }
            }
            if isDue {
                if case .stayingOpen = proof { return true }
                fail(silence)
            }
        } catch { fail(error.message.lowercased()) }
        return false
    }

    /// Rejects the route if it is not proved to lead to the guest.
    private func prove() -> Bool {
        guard !isProved, let objection else { return true }
        if let text = objection() {
            fail(text)
            return false
        }
        isProved = true
        return true
    }

    /// Rejects an answer that did not come from the guest.
    func reject(_ objection: String) { fail(objection) }

    private func begin() throws(SystemError) {
        attempts += 1
        received = []
        isProved = false
        // Alternate short and long attempts: a connection that a forward accepted before the guest
        // listened never answers, and a busy guest needs time.
        let patience = Duration.seconds(1 << ((attempts - 1) % 4))
        due = .now + patience
        if case .stayingOpen = proof { due = .now + Self.minimumOpenTime }
        socket = try TCPSocket(connectingTo: route.address, port: route.port)
    }

    private var isDue: Bool { ContinuousClock.now >= due }

    private func fail(_ outcome: String) {
        lastOutcome = outcome
        // Dropping the socket closes the connection.
        socket = nil
        due = .now + pause
        pause = min(pause * 2, Self.longestPause)
    }

    private var text: String { String(decoding: received, as: UTF8.self) }

    /// Whether the bytes received so far are the proof.
    private func suffices() throws(SystemError) -> Bool {
        guard case .match(let regex, let expression) = proof else { return true }
        do throws(RegexError) {
            if try regex.matchesPart(of: text) { return true }
        } catch {
            fail("its answer cannot be compared with '\(expression)': \(error.message)")
            return false
        }
        // The guest decides how much it sends; neither memory nor matching may grow with it.
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
