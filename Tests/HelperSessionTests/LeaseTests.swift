import Policy
import Protocol
import System
import TestSupport
import Testing
import Text

@testable import HelperSession

struct LeaseTests {
    private func facts(
        _ identity: String, role: String? = nil, user: String = "jane", _ lease: Lease? = nil
    ) -> SessionFacts {
        SessionFacts(
            identity: identity, role: role, user: user, peer: nil, since: 1,
            domains: [HeldSince(name: "vm1", since: 2, note: nil, lease: lease)])
    }

    @Test func otherSessionsReadLeases() throws {
        var lease = Lease(seconds: 1.5, uri: "test:///default")
        let connected = try #require(SessionFacts(facts("jane", lease).json))
        #expect(connected.held("vm1")?.lease == lease)
        #expect(!connected.hasLostClient)
        lease.end = 100
        let lost = try #require(SessionFacts(facts("jane", lease).json))
        #expect(lost.held("vm1")?.lease == lease)
        #expect(lost.hasLostClient)
        #expect(try #require(SessionFacts(facts("jane").json)).held("vm1")?.lease == nil)
    }

    @Test func ownersAreAccountsOrIdentitiesWithTheirRole() {
        // The name of a session without a role proves nothing.
        #expect(facts("ci-7").hasSameOwner(as: facts("ci-8")))
        #expect(!facts("ci-7").hasSameOwner(as: facts("ci-7", user: "joe")))
        #expect(facts("ann", role: "ci").hasSameOwner(as: facts("ann", role: "ci", user: "joe")))
        #expect(!facts("ann", role: "ci").hasSameOwner(as: facts("ann", role: "admin")))
        #expect(!facts("ann", role: "ci").hasSameOwner(as: facts("bob", role: "ci")))
        #expect(!facts("jane").hasSameOwner(as: facts("jane", role: "ci")))
        #expect(!facts("jane", role: "ci").hasSameOwner(as: facts("jane")))
    }

    @Test(arguments: [0, -1, 0.5, 86401, .infinity])
    func lengthHasLimits(seconds: Double) {
        let error = requestError { _ = try Lease.checked(seconds, .unconfined) }
        #expect(error?.kind == .badRequest)
    }

    @Test func limitsOfARoleGoOnWithoutItsClient() throws {
        var role = Role(name: "r")
        role.maxSessionSeconds = 100
        let policy = Policy(role: role, identity: "r")
        #expect(try Lease.checked(100, policy) == 100)
        #expect(requestError { _ = try Lease.checked(101, policy) }?.kind == .denied)
        #expect(policy.limit(ofLease: 101) == .maxSession)
        role.idleTimeout = 10
        #expect(Policy(role: role, identity: "r").limit(ofLease: 11) == .idleTimeout)
        role.isTrusted = true
        #expect(Policy(role: role, identity: "r").limit(ofLease: 86400) == nil)
    }

    @Test func messagesAreReadAsTheyWereWritten() throws {
        let domain = LeasedDomain(
            name: "vm 1", since: 7, note: "mine", needs: GuestNeeds(memoryKiB: 1, vcpus: 2),
            record: "/state/journal/1", ports: [5100, 5101])
        let messages: [LeaseMessage] = [
            .request(LeaseRequest(domain: nil, uri: "test:///default", taker: facts("jane"))),
            .request(LeaseRequest(domain: "vm1", uri: "test:///default", taker: facts("jane"))),
            .domain(domain), .prepared, .refused, .given, .volume(path: "/state/journal/2"),
            .end(problem: nil), .end(problem: "it is in use"),
        ]
        for message in messages {
            let read = try #require(LeaseMessage(message.json))
            #expect(read.json == message.json)
        }
        #expect(LeaseMessage(.object([("else", .bool(true))])) == nil)
        #expect(LeaseMessage(.object([("domain", .object([]))])) == nil)
    }

    @Test func aDomainIsHandedOverOnce() throws {
        try withSession(domains: ["vm1", "vm2"]) { fixture in
            let record = fixture.session.reservations.record
            #expect(try record.take("vm1"))
            #expect(try record.take("vm2"))
            #expect(!record.hasLeases)
            record.setLease(Lease(seconds: 60, uri: "test:///default"), of: "vm1")
            #expect(record.leased.map(\.name) == ["vm1"])
            #expect(record.unleased.map(\.name) == ["vm2"])
            let wakeup = try Wakeup()
            record.beginLeases(wakeup)
            #expect(record.leased.first?.lease?.end != nil)
            record.removeHandedOver(try #require(record.leased.first))
            #expect(!record.hasLeases)
            #expect(record.release("vm2"))
            #expect(wakeup.clear())
        }
    }

    @Test func leasesThatAreSetAfterTheLossHaveAnEnd() throws {
        var role = Role(name: "r")
        role.idleTimeout = 30
        try inTemporaryDirectory { directory in
            let fixture = try SessionFixture(
                in: directory, domains: [TestHost.Domain("vm1")],
                policy: Policy(role: role, identity: "r"))
            let record = fixture.session.reservations.record
            #expect(try record.take("vm1"))
            record.beginLeases(try Wakeup())
            for seconds in [10.0, 60] {
                let now = secondsSince1970()
                record.setLease(Lease(seconds: seconds, uri: "test:///default"), of: "vm1")
                let end = try #require(record.leased.first?.lease?.end)
                // Not longer than the role lets the session live.
                #expect(abs(end - now - Int64(min(seconds, 30))) <= 2)
            }
        }
    }

    @Test func aSessionThatTakesOverOutlivesItsClient() throws {
        try withSession(domains: ["vm1"]) { fixture in
            let record = fixture.session.reservations.record
            #expect(!record.hasLeases)
            record.resuming { #expect(record.hasLeases) }
            #expect(!record.hasLeases)
        }
    }

    @Test func aRequestToEndAnOwnLeaseIsForNobodyElse() throws {
        var lease = Lease(seconds: 60, uri: "test:///default")
        let taker = facts("ann", role: "ci").withoutDomains
        func isFor(_ holder: SessionFacts, _ isForOwnLease: Bool) throws -> Bool {
            let written = ForcedRelease(domain: "vm1", taker: taker, isForOwnLease: isForOwnLease)
            var bytes: [UInt8] = []
            written.json.write(to: &bytes)
            let read = try #require(ForcedRelease(String(decoding: bytes, as: UTF8.self)))
            return read.concerns(holder)
        }
        #expect(try !isFor(facts("ann", role: "ci", lease), true))
        lease.end = 100
        #expect(try isFor(facts("ann", role: "ci", lease), true))
        #expect(try !isFor(facts("bob", role: "ci", lease), true))
        #expect(try !isFor(facts("ann", role: "ci"), true))
        #expect(try isFor(facts("bob", role: "ci"), false))
    }

    @Test func withoutLeasesTheSessionEndsWithItsClient() throws {
        try withSession(domains: ["vm1"]) { fixture throws in
            let session = fixture.session
            #expect(try session.reservations.record.take("vm1"))
            #expect(!session.leases.outlive())
            session.leases.finish()
            #expect(!session.leases.outlive())
        }
    }
}
