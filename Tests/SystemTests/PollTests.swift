import System
import TestSupport
import Testing

@Suite struct PollTests {
    @Test func wakeupIsReportedOnce() throws {
        let wakeup = try Wakeup()
        #expect(!wakeup.clear())
        #expect(try !waitForAny(of: [wakeup], until: .now))
        wakeup.wake()
        wakeup.wake()
        #expect(try waitForAny(of: [wakeup], until: nil))
        #expect(wakeup.clear())
        #expect(!wakeup.clear())
    }

    @Test func otherThreadEndsWait() throws {
        let (wakeup, other) = (try Wakeup(), try Wakeup())
        let wake: @Sendable () -> Void = {
            pause(milliseconds: 20)
            wakeup.wake()
        }
        let happened = try runConcurrently(wake) {
            try waitForAny(of: [other, wakeup], until: .now + .seconds(30))
        }
        #expect(happened && wakeup.clear() && !other.clear())
    }

    @Test func waitEndsAtDeadlineAndNotBefore() throws {
        let deadline = ContinuousClock.now + .milliseconds(30)
        #expect(try !waitForAny(of: [Wakeup()], until: deadline))
        #expect(ContinuousClock.now >= deadline)
    }

    @Test func timeLeftIsRoundedUp() {
        #expect(millisecondsLeft(until: .now - .seconds(1)) == 0)
        #expect(millisecondsLeft(until: .now + .microseconds(100)) <= 1)
        #expect((900...1000).contains(millisecondsLeft(until: .now + .seconds(1))))
        #expect(millisecondsLeft(until: .now + .seconds(366 * 86400)) == .max)
    }

    /// How a session learns of a release, even if the holder dies.
    @Test func endOfLockHolderIsAnEvent() throws {
        try inTemporaryDirectory { directory in
            let state = StateDirectory(path: directory)
            try state.make()
            let path = try #require(state.lock(of: "vm1"))
            try write("", to: path)
            let watch = try PathWatch(state.locks, [.closedByWriter, .deleted])
            try whileOtherProcessLocks(path, in: directory) {
                // Asking for the holder is not an event.
                _ = try RecordLock.holder(path)
                _ = watch.drainEvents()
                #expect(try RecordLock.holder(path) != nil)
                #expect(!watch.clear())
            }
            #expect(try waitForAny(of: [watch], until: .now + .seconds(30)))
            #expect(watch.drainEvents() == .closedByWriter)
            try removeFile(path)
            #expect(watch.drainEvents() == .deleted)
        }
    }
}
