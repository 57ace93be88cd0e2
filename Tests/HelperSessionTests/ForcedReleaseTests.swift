import Libvirt
import Lifetime
import Synchronization
import System
import TestSupport
import Testing
import Text

@testable import HelperSession

struct ForcedReleaseTests {
    /// A second alarm may follow while the guest is being stopped.
    @Test func aRequestIsObeyedOnce() throws {
        try withSession { fixture in
            let (record, state) = (fixture.session.reservations.record, fixture.state)
            let told = Mutex<[String]>([])
            record.beginGuarding { line in told.withLock { $0.append(line) } }
            #expect(try record.take("vm1"))
            let mayStop = Gate()
            let stop = LastingRollback(Rollback { _ = mayStop.wait(milliseconds: 10_000) })
            #expect(record.setStop(stop, of: record.hold(of: "vm1")))
            let request = ForcedRelease(
                domain: "vm1", taker: record.facts.withoutDomains, isForOwnLease: false)
            var bytes: [UInt8] = []
            request.json.write(to: &bytes)
            try Directory.make(state.forcedReleases, mode: StateDirectory.directoryMode)
            let file = try PresenceFile(
                bytes, as: ForcedRelease.path(ProcessInformation.id, state))
            record.lookAfterAlarm()
            record.lookAfterAlarm()
            // Both threads wait by then.
            pause(milliseconds: 100)
            #expect(file.isPresent)
            mayStop.open()
            while file.isPresent || record.holds("vm1") { pause(milliseconds: 1) }
            pause(milliseconds: 100)
            #expect(told.withLock { $0.count } == 1)
            #expect(throws: (any Error).self) { try record.lost.check("vm1") }
        }
    }
}
