import Synchronization
import System
import Testing

@testable import Lifetime

@Suite struct RollbackTests {
    private final class Log: Sendable {
        private let entries = Mutex<[String]>([])
        var all: [String] { entries.withLock { $0 } }
        func note(_ entry: String) { entries.withLock { $0.append(entry) } }
    }
    private struct Failure: Error {}

    private func work(_ log: Log, fails: Bool) throws {
        let rollback = Rollback { log.note("rolled back") }
        log.note("done")
        if fails { throw Failure() }
        rollback.commit()
    }

    @Test func errorRollsBack() {
        let log = Log()
        #expect(throws: Failure.self) { try work(log, fails: true) }
        #expect(log.all == ["done", "rolled back"])
    }

    @Test func commitDropsAction() throws {
        let log = Log()
        try work(log, fails: false)
        #expect(log.all == ["done"])
    }

    @Test func newestActionRunsFirst() {
        let log = Log()
        func fail() throws {
            let first = Rollback { log.note("first") }
            let second = Rollback { log.note("second") }
            let third = Rollback { log.note("third") }
            second.commit()
            _ = consume third
            _ = consume first
            throw Failure()
        }
        #expect(throws: Failure.self) { try fail() }
        #expect(log.all == ["third", "first"])
    }

    @Test func actionMayRunInsideCriticalSection() {
        let log = Log()
        CriticalSection.run {
            let outer = Rollback { log.note("outer") }
            do {
                let inner = Rollback { log.note("inner") }
                _ = consume inner
            }
            _ = consume outer
        }
        #expect(log.all == ["inner", "outer"])
    }

    @Test func actionMayRollBackItself() {
        let log = Log()
        do {
            let rollback = Rollback {
                let nested = Rollback { log.note("nested") }
                log.note("action")
                _ = consume nested
            }
            _ = consume rollback
        }
        #expect(log.all == ["action", "nested"])
    }

    /// The steps of two requests may overlap; only the end of the process waits for all of them.
    @Test func criticalSectionsOfThreadsOverlap() throws {
        let log = Log()
        let isInside = try Wakeup()
        let step: @Sendable () -> Void = {
            CriticalSection.run {
                log.note("begin")
                isInside.wake()
                pause(milliseconds: 100)
                log.note("end")
            }
        }
        try runConcurrently(step) {
            _ = try waitForAny(of: [isInside], until: nil)
            CriticalSection.run { log.note("other section") }
            let rollback = Rollback { log.note("rolled back") }
            _ = consume rollback
        }
        #expect(log.all == ["begin", "other section", "rolled back", "end"])
    }

    @Test func criticalSectionReturnsAndThrows() {
        #expect(CriticalSection.run { 7 } == 7)
        #expect(throws: Failure.self) { try CriticalSection.run { throw Failure() } }
        // The section was left in spite of the error: another thread can enter.
        let log = Log()
        let enter: @Sendable () -> Void = { CriticalSection.run { log.note("entered") } }
        runConcurrently(enter) {}
        #expect(log.all == ["entered"])
    }

    /// As `ClientWatch` does before it ends the process.
    @Test func endOfProcessRunsPendingActionsOnce() async throws {
        let result = try #require(
            await #expect(processExitsWith: .exitCode(3), observing: [\.standardOutputContent]) {
                @Sendable func note(_ text: String) {
                    do throws(SystemError) {
                        try FileDescriptor.standardOutput.write(Array("(\(text))".utf8))
                    } catch { ProcessInformation.end(1) }
                }
                let first = Rollback { note("first") }
                let committed = Rollback { note("committed") }
                let last = Rollback { note("last") }
                committed.commit()
                Rollback.runAllForExit()
                Rollback.runAllForExit()
                last.commit()
                first.commit()
                ProcessInformation.end(3)
            })
        let output = String(decoding: result.standardOutputContent, as: UTF8.self)
        #expect(output.contains("(last)(first)"))
        #expect(!output.contains("(committed)"))
    }

    /// A domain must not be given back before its guest is stopped, whoever gives it back.
    @Test(.timeLimit(.minutes(1))) func aSecondCallOfALastingRollbackWaits() throws {
        let (log, begun, proceed) = (Log(), try Wakeup(), try Wakeup())
        let rollback = LastingRollback(
            Rollback {
                begun.wake()
                do throws(SystemError) {
                    _ = try waitForAny(of: [proceed], until: .now + .seconds(20))
                } catch { log.note("\(error.message)") }
                log.note("done")
            })
        let ended = try Wakeup()
        try startDetachedThread {
            rollback.run()
            ended.wake()
        }
        #expect(try waitForAny(of: [begun], until: .now + .seconds(20)))
        try startDetachedThread {
            pause(milliseconds: 100)
            log.note("proceed")
            proceed.wake()
        }
        rollback.run()
        #expect(log.all == ["proceed", "done"])
        #expect(try waitForAny(of: [ended], until: .now + .seconds(20)))
    }

    @Test func lastingRollbacksRunAtTheEnd() {
        let log = Log()
        let atEnd = LastingRollbacks()
        func begin() -> LastingRollback {
            atEnd.keep(Rollback { log.note("first") })
            atEnd.keep(Rollback { log.note("committed") }).commit()
            return atEnd.keep(Rollback { log.note("early") })
        }
        let early = begin()
        atEnd.keep(Rollback { log.note("last") })
        #expect(log.all == [])
        early.run()
        early.run()
        early.commit()
        atEnd.removeEnded()
        #expect(!atEnd.isEmpty)
        atEnd.runAll()
        #expect(log.all == ["early", "last", "first"])
        #expect(atEnd.isEmpty)
        // Without a list, the last reference runs it.
        _ = LastingRollback(Rollback { log.note("released") })
        #expect(log.all.last == "released")
    }
}
