import Glibc
import Logging
import Policy
import System
import TestSupport
import Testing
import Wire

@testable import HelperSession

struct ReservationQueueTests {
    /// A request whose process runs, but not yet, must not be passed over as soon as a stopped one:
    /// on a busy machine that would only make more work.
    @Test func aProcessThatRunsHasTenTimesAsLong() throws {
        try inTemporaryDirectory { directory in
            let state = StateDirectory(path: directory)
            let record = SessionRecord(
                state, Client(sshConnection: nil, sudoUser: nil), .unconfined,
                Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
            let queue = ReservationQueue(state, uri: "test:///default")
            let place = try queue.enter(
                Waiter(
                    .domain(filter: nil, visible: nil), priority: 0, note: nil, "test:///default",
                    record))
            // Another queue reads what this process has written, as another process does.
            let others = ReservationQueue(state, uri: "test:///default")
            let waiter = try #require(try others.waiters(before: nil).first)
            let patience = Duration.seconds(1)
            for (seconds, isPassedOver) in [(0, false), (2, false), (9, false), (11, true)] {
                let since = ContinuousClock.now - .seconds(seconds)
                #expect(waiter.isPassedOver(since: since, patience) == isPassedOver, "\(seconds)")
            }
            #expect(waiter.nextLook(since: .now - .seconds(5), patience) > .now)
            withExtendedLifetime(place) {}
        }
    }

    private func record(_ state: StateDirectory, _ client: Client, _ policy: Policy = .unconfined)
        -> SessionRecord
    {
        let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        return SessionRecord(state, client, policy, log)
    }

    /// Another version may write more than this one reads.
    @Test func aWaiterThatCannotBeReadIsPassedBy() throws {
        try inTemporaryDirectory { directory throws in
            let state = StateDirectory(path: directory)
            let queue = ReservationQueue(state, uri: "test:///default")
            let waiter = Waiter(
                .domain(filter: nil, visible: nil), priority: 0, note: nil, "test:///default",
                record(state, Client(sshConnection: nil, sudoUser: nil)))
            let (first, second) = (try queue.enter(waiter), try queue.enter(waiter))
            let path = "\(state.queue)/\(first.rank)"
            try FileDescriptor.open(path, O_WRONLY | O_APPEND)
                .write([UInt8](repeating: 32, count: PresenceFile.sizeLimit))
            let others = ReservationQueue(state, uri: "test:///default")
            #expect(try others.waiters(before: nil).map(\.name) == [second.rank])
            withExtendedLifetime((first, second)) {}
        }
    }

    /// All that a client chooses is as long as it can be, with characters that JSON escapes.
    @Test(arguments: ["\u{1}", "é", "\u{1F389}"])
    func theLongestTextsFitIntoEachFile(character: String) throws {
        try inTemporaryDirectory { directory throws in
            let state = StateDirectory(path: directory)
            let long = String(repeating: character, count: 100_000)
            let client = Client(sshConnection: "\(long) 1 192.0.2.9 22", sudoUser: long)
            client.reservationName = long
            let role = Policy(role: Role(name: "ci"), identity: String(repeating: "i", count: 255))
            for (name, policy) in [("a", Policy.unconfined), ("b", role)] {
                let record = record(state, client, policy)
                let note = String(repeating: character, count: 200)
                let filter = String(repeating: character, count: 32768)
                let waiter = Waiter(
                    .domain(filter: filter, visible: filter), priority: 0, note: note,
                    "test:///default", record)
                #expect(waiter.json.text.utf8.count < PresenceFile.sizeLimit)
                let release = ForcedRelease(
                    domain: String(repeating: "d", count: 255),
                    taker: record.facts.withoutDomains, isForOwnLease: false)
                #expect(release.json.text.utf8.count < PresenceFile.sizeLimit / 16)
                let request = LeaseRequest(
                    domain: release.domain, uri: "test:///default", taker: record.facts)
                #expect(request.json.text.utf8.count < LocalSocket.limit)
                for number in 0..<100 { #expect(try record.take("\(name)\(number)", note: note)) }
                let path = state.session(ProcessInformation.id)
                #expect(try FileStatus(of: path).size < SessionFacts.sizeLimit)
                record.end()
            }
        }
    }
}
