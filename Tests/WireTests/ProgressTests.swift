import System
import Testing
import Wire

@Suite struct ProgressTests {
    private final class Reports {
        var all: [[UInt64?]] = []
    }

    @Test func firstAndLastReportAreSent() throws {
        let reports = Reports()
        var progress = Progress { reports.all.append([$0, $1]) }
        for done in UInt64(1)...1000 { try progress.report(done: done, total: 1000) }
        #expect(reports.all.first == [1, 1000])
        #expect(reports.all.last == [1000, 1000])
        // The loop takes far less than a second, in which five reports may be sent.
        #expect(reports.all.count < 20)
    }

    @Test func repeatedReportIsDropped() throws {
        let reports = Reports()
        var progress = Progress { reports.all.append([$0, $1]) }
        for _ in 0..<3 { try progress.report(done: 10, total: 10) }
        #expect(reports.all == [[10, 10]])
    }

    @Test func totalIsNeverLessThanDone() throws {
        let reports = Reports()
        var progress = Progress { reports.all.append([$0, $1]) }
        try progress.report(done: 12, total: 10)
        #expect(reports.all == [[12, 12]])
    }

    @Test func laterReportIsSentAfterInterval() throws {
        let reports = Reports()
        var progress = Progress { reports.all.append([$0, $1]) }
        try progress.report(done: 1, total: 10)
        try progress.report(done: 2, total: 10)
        pause(milliseconds: 250)
        try progress.report(done: 3, total: 10)
        #expect(reports.all == [[1, 10], [3, 10]])
    }

    @Test func errorOfListenerEndsCommand() {
        struct Failure: Error {}
        #expect(throws: Failure.self) {
            var progress = Progress { _, _ in throw Failure() }
            try progress.report(done: 1, total: 2)
        }
    }

    @Test func nothingIsSentWithoutListener() throws {
        var progress = Progress(nil)
        try progress.report(done: 1, total: 1)
    }
}
