import Confinement
import Libvirt
import Policy
import Protocol
import System
import TestSupport
import Testing
import Text

@testable import HelperSession

/// What a session with a role may do to the domains that it sees.
@Suite struct SessionGateDomainTests {
    /// A role with domains whose names begin with `vm`.
    private func role(_ change: (inout Role) -> Void = { _ in }) throws -> Role {
        var role = Role(name: "tester")
        role.domains = try NamePattern("vm.*")
        role.commands = ["reserve", "release", "reservations", "addresses"]
        change(&role)
        return role
    }

    /// Runs `body` with a session on a host with the domains `vm1`, `vm2` and `other`.
    private func withRole(
        _ changed: Role? = nil, _ body: (SessionFixture, Domain) throws -> Void
    ) throws {
        let role = try changed ?? role()
        try inTemporaryDirectory { directory in
            let fixture = try SessionFixture(
                in: directory,
                domains: ["vm1", "vm2", "other"].map { TestHost.Domain($0) },
                policy: Policy(role: role, identity: "ci-7"))
            try fixture.session.reservations.record.begin()
            defer { fixture.session.reservations.record.end() }
            try body(fixture, try fixture.session.host.open().domain(name: "vm1"))
        }
    }

    private func denial(_ body: () throws -> Void) -> String? {
        do { try body() } catch { return (error as? Denial)?.reason ?? "\(type(of: error))" }
        return nil
    }

    /// Runs `body` while a process without a record, such as the original helper, holds `vm1`.
    private func whileHeld(_ fixture: SessionFixture, _ body: () throws -> Void) throws {
        try whileOtherProcessLocks(
            fixture.lock(of: "vm1"), named: "alice", in: fixture.directory, body)
    }

    @Test func changeNeedsTheSessionsReservation() throws {
        try withRole { fixture, domain throws in
            let gate = fixture.session.gate
            let needed = "this session has not reserved domain 'vm1'"
            #expect(denial { try gate.willChange(domain) } == needed)
            #expect(try fixture.session.reservations.reserve("vm1"))
            #expect(denial { try gate.willChange(domain) } == nil)
            #expect(fixture.session.reservations.release("vm1"))
            #expect(denial { try gate.willChange(domain) } == needed)
        }
    }

    @Test func changeNeedsNoReservationIfTheRoleSaysSo() throws {
        try withRole(role { $0.reservation = .no }) { fixture, domain throws in
            #expect(denial { try fixture.session.gate.willChange(domain) } == nil)
        }
    }

    @Test func holderWithoutRecordIsAnotherIdentity() throws {
        try withRole(role { $0.reservation = .identity }) { fixture, domain throws in
            let gate = fixture.session.gate
            let needed = "no session of this identity has reserved domain 'vm1'"
            #expect(denial { try gate.willChange(domain) } == needed)
            #expect(denial { try gate.willLookInto(domain) } == nil)
            try whileHeld(fixture) { () throws in
                #expect(denial { try gate.willChange(domain) } == needed)
                #expect(
                    denial { try gate.willLookInto(domain) }
                        == "another session has reserved domain 'vm1'")
                #expect(
                    denial { try gate.willConnect(to: 22, of: domain) }
                        == "another session has reserved domain 'vm1'")
            }
            #expect(denial { try gate.willLookInto(domain) } == nil)
        }
    }

    @Test func onlyGrantedPortsAreConnectedTo() throws {
        try withRole(role { $0.guestPorts = [22...22, 80...90] }) { fixture, domain throws in
            for (port, isGranted) in [(22, true), (85, true), (23, false)] as [(UInt16, Bool)] {
                #expect(
                    denial { try fixture.session.gate.willConnect(to: port, of: domain) }
                        == (isGranted ? nil : "port \(port) is not granted"))
            }
        }
    }

    @Test(arguments: ["other9", "vm/9", "vm 9", "vm" + String(repeating: "9", count: 63), ""])
    func nameIsNotGranted(_ name: String) throws {
        try withRole { fixture, _ throws in
            let found = denial { try fixture.session.gate.willCreateDomain(named: name) }
            #expect(found == "domain name '\(name)' is not granted")
        }
    }

    @Test func newNameIsLockedFirst() throws {
        try withRole { fixture, _ throws in
            func create(_ name: String) -> String? {
                denial { try fixture.session.gate.willCreateDomain(named: name) }
            }
            try whileHeld(fixture) { () throws in
                #expect(create("vm1") == "another session has reserved domain 'vm1'")
            }
            #expect(create("vm9") == nil)
            #expect(create("vm9") == nil)
            #expect(fixture.session.reservations.holds("vm9"))
            #expect(fixture.session.reservations.release("vm9"))
        }
    }

    /// virsh shows the text of the denial, and nothing of the host's files.
    @Test func aLockThatCannotBeTakenIsADenial() throws {
        try withRole(
            role {
                $0.commands = ["virsh"]
                $0.virsh.entries = [(false, .all)]
            }
        ) { fixture, _ throws in
            // Not a file that can be opened for writing.
            try Directory.make(fixture.lock(of: "vm9"))
            #expect(
                denial { try fixture.session.gate.willCreateDomain(named: "vm9") }
                    == "domain 'vm9' cannot be reserved")
            let reply = try fixture.reply(
                to: #"{"cmd": "virsh", "args": ["domrename", "vm1", "vm9"], "id": 1}"#)
            let text = reply["reply"]?.text ?? ""
            #expect(text.contains("error: denied: "), "\(text)")
        }
    }

    @Test func readOnlyRoleChangesNothing() throws {
        let role = try role {
            $0.isReadOnly = true
            $0.reservation = .no
        }
        try withRole(role) { fixture, domain throws in
            let gate = fixture.session.gate
            #expect(denial { try gate.willChange(domain) }?.hasSuffix("read-only") == true)
            #expect(
                denial { try gate.willCreateDomain(named: "vm9") }?.hasSuffix("read-only") == true)
        }
    }

    @Test func reservationsAreLimited() throws {
        try withRole(role { $0.maxReservations = 1 }) { fixture, _ throws in
            let reply = try fixture.reply(to: #"{"cmd": "reserve", "filter": "vm1", "id": 1}"#)
            #expect(reply["success"] == .bool(true))
            let second = try fixture.reply(to: #"{"cmd": "reserve", "filter": "vm2", "id": 1}"#)
            #expect(
                second["reply"]
                    == .string(
                        "denied: 1 domains are reserved already, and 1 are granted "
                            + "('max-reservations')"))
            #expect(fixture.session.reservations.release("vm1"))
            let third = try fixture.reply(to: #"{"cmd": "reserve", "filter": "vm2", "id": 1}"#)
            #expect(third["success"] == .bool(true))
        }
    }

    @Test func holdersWithoutIdentityAreNotNamed() throws {
        try withRole { fixture, _ throws in
            try whileHeld(fixture) { () throws in
                let reply = try fixture.reply(
                    to: #"{"cmd": "reservations", "details": true}"#)
                #expect(
                    reply["domains"]?.text
                        == #"{"vm1": "another session", "vm2": "(free)"}"#)
                #expect(reply["holders"]?.text.contains("alice") == false)
                #expect(
                    try fixture.session.reservations.otherHolder(of: "vm1") == "another session")
            }
        }
    }

    @Test func agentIsNotAskedForAnotherIdentity() throws {
        try withRole { fixture, domain throws in
            try domain.start()
            try whileHeld(fixture) { () throws in
                let reply = try fixture.reply(
                    to: #"{"cmd": "addresses", "domain": "vm1", "source": "agent", "id": 1}"#)
                #expect(
                    reply["reply"]
                        == .string("denied: another session has reserved domain 'vm1'"))
            }
        }
    }

    @Test func recordExistsFromTheStart() throws {
        try withRole { fixture, _ throws in
            let path = fixture.state.session(ProcessInformation.id)
            #expect(pathExists(path))
            let facts = fixture.session.reservations.record.facts
            #expect(facts.identity == "ci-7" && facts.role == "tester" && facts.name == "ci-7")
            fixture.session.reservations.record.end()
            #expect(!pathExists(path))
        }
    }

    /// The gate is asked where a command looks the domain up, however the client names it.
    @Test func virshAsksTheGate() throws {
        let role = try role {
            $0.commands.insert("virsh")
            $0.virsh.entries = [(false, .all)]
        }
        try withRole(role) { fixture, domain throws in
            func reply(_ words: String) throws -> String {
                let line = #"{"cmd": "virsh", "args": ["\#(words)"], "id": 1}"#
                guard case .string(let text)? = try fixture.reply(to: line)["reply"] else {
                    return ""
                }
                return text
            }
            let change = "error: denied: this session has not reserved domain 'vm1'\n"
            let look = "error: denied: another session has reserved domain 'vm1'\n"
            #expect(try reply("start vm1") == change)
            let uuid = try domain.uuid()
            #expect(try reply("start \(uuid)") == change)
            #expect(try reply("domrename vm1 vm9") == change)
            #expect(try reply("send-key vm1 KEY_A") == change)
            #expect(try reply("domstate vm1") == "shut off\n")
            try whileHeld(fixture) { () throws in
                for words in [
                    "send-key vm1 KEY_A", "domhostname vm1", "domifaddr vm1 --source agent",
                    "vcpucount vm1 --guest", "domtime vm1", "screenshot vm1",
                ] {
                    #expect(try reply(words) == look, "\(words)")
                }
                #expect(try reply("domstate vm1") == "shut off\n")
                #expect(try reply("vcpucount vm1 --config --active") == "1\n")
            }
            #expect(try fixture.session.reservations.reserve("vm1"))
            #expect(try reply("start vm1") == "")
            #expect(try reply("domstate vm1") == "running\n")
            // The new name is locked first, and stays so.
            #expect(try reply("destroy vm1; domrename vm1 other9").hasSuffix("is not granted\n"))
            #expect(try reply("domrename vm1 vm9") == "")
            #expect(fixture.session.reservations.holds("vm9"))
        }
    }
}
