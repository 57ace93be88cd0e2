import Logging
import System
import TestSupport
import Testing
import Wire

@testable import HelperSession

struct SessionRecordTests {
    /// Runs `body` with a record whose log lines are kept.
    private func withRecord(_ body: (SessionRecord, StateDirectory, LogRecorder) throws -> Void)
        throws
    {
        try inTemporaryDirectory { directory in
            let (state, recorder) = (StateDirectory(path: directory), LogRecorder())
            let record = SessionRecord(
                state, Client(sshConnection: "192.0.2.7 50022 192.0.2.1 22", sudoUser: "jane"),
                Logger(label: "test") { _ in recorder })
            try body(record, state, recorder)
        }
    }

    @Test func theLogSaysWhoHadADomain() throws {
        try withRecord { record, _, recorder in
            record.add("vm1")
            record.add("vm2")
            record.remove("vm1")
            record.end()
            record.end()
            #expect(
                recorder.lines == [
                    "info reserved domain 'vm1'", "info reserved domain 'vm2'",
                    "info released domain 'vm1'",
                    "info released domain 'vm2' at the end of the session",
                ])
        }
    }

    @Test func theFileExistsFromTheFirstReservationToTheEnd() throws {
        try withRecord { record, state, _ in
            let path = state.session(ProcessInformation.id)
            #expect(!pathExists(path))
            record.add("vm1")
            #expect(pathExists(path))
            record.remove("vm1")
            #expect(pathExists(path))
            record.end()
            #expect(!pathExists(path))
            // A request that still runs on the main thread must not create it again.
            record.add("vm2")
            #expect(!pathExists(path))
        }
    }

    @Test func aRecordThatCannotBeWrittenIsLogged() throws {
        try withRecord { record, state, recorder in
            _ = try FileDescriptor.creating(state.sessions)
            record.add("vm1")
            #expect(record.facts.domains.map(\.name) == ["vm1"])
            #expect(recorder.lines.count == 2)
            #expect(recorder.lines.last?.hasPrefix("warning cannot write '") == true)
        }
    }

    @Test func factsSurviveTheFile() throws {
        let facts = SessionFacts(
            identity: "ci 7", user: "jane", peer: nil, since: 5, domains: [("vm1", 7)])
        let read = try #require(SessionFacts(facts.json.text))
        #expect(read.json == facts.json)
        #expect(read.since(of: "vm1") == 7)
        #expect(read.since(of: "vm2") == 5)
        #expect(SessionFacts("{}") == nil)
        #expect(SessionFacts("nonsense") == nil)
    }
}
