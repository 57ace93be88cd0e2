import Testing

@testable import Lifetime

@Suite struct SessionLimitsTests {
    private let start = ContinuousClock.now

    @Test func withoutLimitsNothingEnds() {
        let later = start + .seconds(1_000_000)
        #expect(SessionLimits.none.exceeded(start: start, idleSince: start, now: later) == nil)
        #expect(SessionLimits.none.wait(start: start, idleSince: start, now: later) == nil)
    }

    @Test func silenceCountsFromTheLastRequest() {
        let limits = SessionLimits(idle: 10, total: 0)
        let since = start + .seconds(5)
        #expect(limits.exceeded(start: start, idleSince: since, now: start + .seconds(14)) == nil)
        #expect(
            limits.exceeded(start: start, idleSince: since, now: start + .seconds(15))
                == .idleTimeout)
        // While a request runs.
        #expect(limits.exceeded(start: start, idleSince: nil, now: start + .seconds(99)) == nil)
        #expect(
            limits.wait(start: start, idleSince: since, now: start + .seconds(12)) == .seconds(3))
        #expect(
            limits.wait(start: start, idleSince: nil, now: start + .seconds(99)) == .seconds(10))
    }

    @Test func totalCountsDuringRequestsToo() {
        let limits = SessionLimits(idle: 10, total: 20)
        #expect(
            limits.exceeded(start: start, idleSince: nil, now: start + .seconds(20))
                == .maxSession)
        #expect(
            limits.wait(start: start, idleSince: nil, now: start + .seconds(18)) == .seconds(2))
        #expect(limits.wait(start: start, idleSince: nil, now: start + .seconds(30)) == .zero)
    }
}
