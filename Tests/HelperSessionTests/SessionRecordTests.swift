import Glibc
import Lifetime
import Logging
import Policy
import Protocol
import Synchronization
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
                .unconfined,
                Logger(label: "test") { _ in recorder })
            try body(record, state, recorder)
        }
    }

    /// `connect` with a role may be the first use of a host: another user must not be able to lock
    /// the directory in which sessions are counted.
    @Test func theStateDirectoryIsPrivateFromItsFirstUse() throws {
        try inTemporaryDirectory { directory in
            let state = StateDirectory(path: "\(directory)/new")
            let record = SessionRecord(
                state, Client(sshConnection: nil, sudoUser: nil),
                Policy(role: Role(name: "r"), identity: "r"),
                Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
            try record.begin()
            defer { record.end() }
            for path in [state.path, state.locks, state.sessions] {
                #expect(try FileStatus(of: path).mode == 0o700, "\(path)")
            }
        }
    }

    /// Otherwise a request that was interrupted by a forced release would change another one's
    /// domain, as soon as the client has released or reserved it again.
    @Test func aStepNeedsTheReservationOfItsRequest() throws {
        try withRecord { record, _, _ throws in
            #expect(try record.take("vm1"))
            let first = record.hold(of: "vm1")
            var steps = 0
            try record.step(on: "vm1", first) { steps += 1 }
            #expect(record.release("vm1"))
            #expect(record.hold(of: "vm1") == nil)
            #expect(throws: Busy.self) { try record.step(on: "vm1", first) { steps += 1 } }
            #expect(try record.take("vm1"))
            #expect(record.hold(of: "vm1") != first)
            #expect(throws: Busy.self) { try record.step(on: "vm1", first) { steps += 1 } }
            try record.step(on: "vm1", record.hold(of: "vm1")) { steps += 1 }
            #expect(steps == 2)
        }
    }

    @Test func aDomainIsInUseWhileABackgroundRequestChangesIt() throws {
        try withRecord { record, _, _ throws in
            #expect(try record.take("vm1"))
            #expect(!record.isInUse("vm1"))
            let request = try Cancellation()
            request.run {
                do throws(Busy) { try record.noteUse(of: "vm1") } catch { Issue.record(error) }
                // Its own use does not keep it from releasing the domain.
                #expect(!record.isInUse("vm1"))
            }
            #expect(record.isInUse("vm1"))
            #expect(record.release("vm1", unlessInUse: true) == .inUse)
            #expect(record.holds("vm1"))
            request.end()
            #expect(!record.isInUse("vm1"))
            #expect(record.release("vm1", unlessInUse: true) == .released)
            #expect(record.release("vm1", unlessInUse: true) == .notHeld)
        }
    }

    /// The stop of the guest takes its time, in which a request may begin.
    @Test func noRequestBeginsToChangeADomainDuringItsRelease() throws {
        try withRecord { record, _, _ throws in
            #expect(try record.take("vm1"))
            let request = try Cancellation()
            let refusals = Atomic(0)
            let rollback = Rollback {
                request.run {
                    do throws(Busy) { try record.noteUse(of: "vm1") } catch {
                        refusals.add(1, ordering: .relaxed)
                    }
                }
            }
            #expect(record.setStop(LastingRollback(rollback), of: record.hold(of: "vm1")))
            #expect(record.release("vm1", unlessInUse: true) == .released)
            #expect(refusals.load(ordering: .relaxed) == 1)
            request.end()
        }
    }

    /// Otherwise it would run at the end of the session, when somebody else has the domain.
    @Test func aStopNeedsItsReservation() throws {
        try withRecord { record, _, _ throws in
            #expect(try record.take("vm1"))
            let first = record.hold(of: "vm1")
            #expect(record.release("vm1"))
            let stop = LastingRollback(Rollback {})
            #expect(!record.setStop(stop, of: first))
            #expect(!record.setStop(stop, of: nil))
            #expect(try record.take("vm1"))
            #expect(!record.setStop(stop, of: first))
            #expect(record.setStop(stop, of: record.hold(of: "vm1")))
        }
    }

    /// Its rollbacks may take long, and need the domains.
    @Test func aSessionThatIsEndingKeepsItsDomains() throws {
        try withRecord { record, state, _ throws in
            func isRecorded() throws -> Bool {
                try names(in: state.sessions).contains("\(ProcessInformation.id)")
            }
            #expect(try record.take("vm1"))
            #expect(!record.facts.isEnding)
            record.beginEnd()
            #expect(try isRecorded())
            #expect(try #require(SessionFacts(record.facts.json)).isEnding)
            #expect(try !record.take("vm2"))
            #expect(record.holds("vm1"))
            record.end()
            #expect(try !isRecorded())
        }
    }

    @Test func theLogSaysWhoHadADomain() throws {
        try withRecord { record, _, recorder throws in
            #expect(try record.take("vm1"))
            #expect(try record.take("vm2"))
            #expect(record.release("vm1"))
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
        try withRecord { record, state, _ throws in
            let path = state.session(ProcessInformation.id)
            #expect(!pathExists(path))
            #expect(try record.take("vm1"))
            #expect(pathExists(path))
            #expect(record.release("vm1"))
            #expect(pathExists(path))
            record.end()
            #expect(!pathExists(path))
            // A request that still runs on the main thread must not create it again.
            #expect(try !record.take("vm2"))
            #expect(!pathExists(path))
        }
    }

    @Test func aRecordThatCannotBeWrittenIsLogged() throws {
        try withRecord { record, state, recorder throws in
            _ = try FileDescriptor.creating(state.sessions)
            #expect(try record.take("vm1"))
            #expect(record.facts.domains.map(\.name) == ["vm1"])
            #expect(recorder.lines.count == 2)
            #expect(recorder.lines.last?.hasPrefix("warning cannot write '") == true)
        }
    }

    @Test func aGuestThatCannotBeRecordedLeavesNoLockFile() throws {
        try inTemporaryDirectory { directory in
            let state = StateDirectory(path: directory)
            let record = SessionRecord(
                state, Client(sshConnection: nil, sudoUser: nil),
                Policy(role: Role(name: "r"), identity: "r"),
                Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
            try state.make()
            try write("", to: state.sessions)
            let needs = GuestNeeds(memoryKiB: 1, vcpus: 1)
            #expect(throws: SystemError.self) {
                try record.take("vm1-0123456789", needs, hasOwnName: true)
            }
            #expect(try names(in: state.locks) == [])
            // Others may have opened the lock file of a domain whose name stays.
            #expect(throws: SystemError.self) { try record.take("vm1", needs) }
            #expect(try names(in: state.locks) == ["vm1"])
        }
    }

    @Test func factsSurviveTheFile() throws {
        let facts = SessionFacts(
            identity: "ci 7", user: "jane", peer: nil, since: 5,
            domains: [HeldSince(name: "vm1", since: 7, note: "x")])
        let read = try #require(SessionFacts(facts.json.text))
        #expect(read.json == facts.json)
        #expect(read.since(of: "vm1") == 7)
        #expect(read.held("vm1")?.note == "x")
        #expect(read.since(of: "vm2") == 5)
        #expect(SessionFacts("{}") == nil)
        #expect(SessionFacts("nonsense") == nil)
    }

    @Test func identityCountsOnlyWithARole() {
        func facts(_ identity: String, role: String?, note: String? = nil) -> SessionFacts {
            SessionFacts(
                identity: identity, role: role, note: note, user: "jane", peer: "192.0.2.7 1",
                since: 5, domains: [])
        }
        let own = facts("ci-7", role: "ci")
        #expect(own.hasSameIdentity(as: facts("ci-7", role: "tester", note: "x")))
        #expect(!own.hasSameIdentity(as: facts("ci-8", role: "ci")))
        // Anybody can choose such a name with `setname`.
        #expect(!own.hasSameIdentity(as: facts("ci-7", role: nil)))
        #expect(!facts("ci-7", role: nil).hasSameIdentity(as: own))
        #expect(facts("ci-7", role: "ci", note: "run 5").name == "ci-7 run 5")
        #expect(facts("ci-7", role: "ci", note: "a long name").publicName == "ci-7 a long nam")
        #expect(
            facts("an-identity-that-is-long", role: "ci", note: "x").publicName
                == "an-identity-that-is-long")
        #expect(facts("alice", role: nil).publicName == "another session")
        let holder = DomainHolder(publicOf: own, domain: "vm1")
        #expect(holder.identity == "ci-7" && holder.user == nil && holder.peer == nil)
        let text = facts("ci-7", role: "ci", note: "x").json.text
        #expect(SessionFacts(text)?.role == "ci" && SessionFacts(text)?.note == "x")
    }

    @Test func sessionsOfAnIdentityAreCountedWithoutOthers() throws {
        try inTemporaryDirectory { directory in
            var role = Role(name: "ci")
            role.maxSessions = 1
            let state = StateDirectory(path: directory)
            let record = SessionRecord(
                state, Client(sshConnection: nil, sudoUser: "jane"),
                Policy(role: role, identity: "ci-7"), Logger(label: "test") { _ in LogRecorder() })
            // Left by a session that was killed: it is not locked.
            try Directory.make(state.sessions)
            try write(record.facts.json.text, to: state.session(1))
            try record.begin()
            let count = try record.alone { try $0().sharing(identityOf: record.facts).count }
            #expect(count == 0)
            record.end()
        }
    }

    /// Its client may connect again while it undoes what was unfinished.
    @Test(arguments: [false, true]) func aSessionThatIsEndingIsNotCounted(isEnding: Bool) throws {
        try withSession { fixture throws in
            var role = Role(name: "ci")
            role.maxSessions = 1
            let state = fixture.state
            let record = SessionRecord(
                state, Client(sshConnection: nil, sudoUser: nil),
                Policy(role: role, identity: "ci-7"),
                Logger(label: "test") { _ in LogRecorder() })
            var other = record.facts
            other.isEnding = isEnding
            try Directory.make(state.sessions)
            try whileOtherProcessKeeps(
                record: other.json.text, below: state.sessions, in: fixture.directory
            ) { () throws in
                let error = requestError { try record.begin() }
                #expect((error == nil) == isEnding)
                record.end()
            }
        }
    }

    /// One session whose file is too long, or of another version, must not keep all others from
    /// reading who holds what; but its identity is unknown, so it counts for each.
    @Test(arguments: [String(repeating: "x", count: (1 << 20) + 1), "{}"])
    func aSessionThatCannotBeReadIsSomebodyElse(record text: String) throws {
        try withSession(domains: ["vm1"]) { fixture throws in
            var role = Role(name: "ci")
            role.maxSessions = 1
            let state = fixture.state
            func record() -> SessionRecord {
                SessionRecord(
                    state, Client(sshConnection: nil, sudoUser: nil),
                    Policy(role: role, identity: "ci-7"),
                    Logger(label: "test") { _ in LogRecorder() })
            }
            try Directory.make(state.sessions)
            try whileOtherProcessKeeps(record: text, below: state.sessions, in: fixture.directory) {
                () throws in
                let error = requestError { try record().begin() }
                #expect(error?.message.contains("has 1 sessions already") == true)
                role.maxSessions = 2
                let second = record()
                try second.begin()
                try second.alone { others throws in
                    #expect(try others().sharing(identityOf: second.facts).count == 0)
                    #expect(try others().unreadableCount == 1)
                }
                second.end()
                #expect(try fixture.session.reservations.holder(of: "vm1") == "(free)")
                #expect(try fixture.session.reservations.reserve("vm1"))
            }
        }
    }

    @Test func aRecordThatOthersCannotReadIsNotWritten() throws {
        try inTemporaryDirectory { directory throws in
            let state = StateDirectory(path: directory)
            let identity = String(repeating: "i", count: SessionFacts.sizeLimit)
            let record = SessionRecord(
                state, Client(sshConnection: nil, sudoUser: nil),
                Policy(role: Role(name: "r"), identity: identity),
                Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
            let error = requestError { try record.begin() }
            #expect(error?.message.hasSuffix("File too large") == true)
            #expect(try names(in: state.sessions) == [])
        }
    }

    /// Somebody removes or replaces `locks/` under a session: its reservations stay.
    @Test(arguments: ["removed", "emptied", "replaced", "moved"])
    func locksAreRepaired(how: String) throws {
        try withRecord { record, state, recorder throws in
            try state.make()
            #expect(try record.take("vm1"))
            let path = try #require(state.lock(of: "vm1"))
            let moved = state.locks + ".old"
            switch how {
            case "emptied": unlink(path)
            case "replaced":
                unlink(path)
                try FileDescriptor.creating(path).close()
            case "moved": #expect(rename(state.locks, moved) == 0)
            default: Directory.removeTree(state.locks)
            }
            let told = Mutex<[String]>([])
            record.beginGuarding { line in told.withLock { $0.append(line) } }
            record.repairAfterAlarm()
            // Nobody can lock a file in a directory that does not exist; who creates it causes the
            // next alarm.
            #expect(pathExists(state.locks) == (how == "emptied" || how == "replaced"))
            try state.make()
            record.repairAfterAlarm()
            #expect(try isLockedForOthers(path))
            let message =
                "lock files in '\(state.locks)' were removed or replaced while this session held "
                + "them; locked again: 'vm1'"
            #expect(told.withLock { $0 } == [message])
            #expect(recorder.lines.last == "error \(message)")
            // Once is enough.
            record.repairAfterAlarm()
            #expect(told.withLock { $0.count } == 1)
            #expect(record.release("vm1"))
            #expect(try !isLockedForOthers(path))
        }
    }

    /// The file of the session, too, is there again after the next reservation or repair.
    @Test func theFileIsRepaired() throws {
        try withRecord { record, state, _ throws in
            #expect(try record.take("vm1"))
            Directory.removeTree(state.path)
            record.repair()
            let path = state.session(ProcessInformation.id)
            #expect(pathExists(path))
            #expect(try isLockedForOthers(path))
            Directory.removeTree(state.sessions)
            #expect(try record.take("vm2"))
            #expect(pathExists(path))
        }
    }

    /// What the others say in their files counts even if their lock is on a file that is gone.
    @Test func aDomainOfAnotherSessionIsNotTakenWithoutItsLock() throws {
        try withSession(domains: ["vm1"]) { fixture in
            let facts = SessionFacts(
                identity: "ci 7", user: "jane", peer: nil, since: 5,
                domains: [HeldSince(name: "vm1", since: 7)])
            try Directory.make(fixture.state.sessions)
            try whileOtherProcessKeeps(
                record: facts.json.text, below: fixture.state.sessions, named: "ci 7",
                in: fixture.directory
            ) { () throws in
                let domains = fixture.session.reservations
                #expect(try domains.isFree("vm1"))
                #expect(try !domains.reserve("vm1"))
                #expect(try domains.holder(of: "vm1") == "ci 7")
                let error = requestError {
                    _ = try fixture.reserve(DomainFilter(nil), wait: nil)
                }
                #expect(error?.message == "no domain could be reserved")
            }
            #expect(try fixture.session.reservations.reserve("vm1"))
        }
    }

    @Test func oddEntriesAmongTheSessionsAffectNoOther() throws {
        try withRecord { record, state, _ throws in
            try state.make()
            try Directory.make(state.sessions)
            #expect(mkfifo(state.session(1), 0o600) == 0)
            #expect(symlink("/etc/passwd", state.session(2)) == 0)
            try Directory.make(state.session(3))
            // Names of this session.
            try Directory.make(state.session(ProcessInformation.id) + "/x")
            #expect(mkfifo(state.session(ProcessInformation.id) + ".new", 0o600) == 0)
            let count = try record.alone { try $0().sharing(identityOf: record.facts).count }
            #expect(count == 0)
            #expect(try record.take("vm1"))
            #expect(try isLockedForOthers(state.session(ProcessInformation.id)))
        }
    }
}
