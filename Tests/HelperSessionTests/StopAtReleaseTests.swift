import Libvirt
import Lifetime
import Protocol
import System
import TestSupport
import Testing
import Wire

@testable import HelperSession

@Suite struct StopAtReleaseTests {
    private func reserve(_ fixture: SessionFixture, stops: Bool) throws {
        var order = ReservationOrder(try DomainFilter("vm1"))
        order.stopsAtRelease = stops
        var progress = Progress(nil)
        _ = try fixture.session.reserve(order, progress: &progress)
    }

    private func isRunning(_ fixture: SessionFixture) throws -> Bool {
        try fixture.session.host.open().domain(name: "vm1").isActive()
    }

    private func start(_ fixture: SessionFixture) throws {
        try fixture.session.host.open().domain(name: "vm1").start()
    }

    @Test func releaseStopsTheGuest() throws {
        try withSession(domains: ["vm1"]) { fixture in
            for stops in [true, false] {
                try reserve(fixture, stops: stops)
                try start(fixture)
                #expect(fixture.session.reservations.release("vm1"))
                #expect(try isRunning(fixture) == !stops)
            }
        }
    }

    @Test func theEndOfTheSessionStopsTheGuest() throws {
        try withSession(domains: ["vm1"]) { fixture in
            try reserve(fixture, stops: true)
            try start(fixture)
            fixture.session.end()
            #expect(try !isRunning(fixture))
        }
    }

    /// Another session has taken it by force before the stop was prepared.
    @Test func aGuestOfSomebodyElseIsNotStopped() throws {
        try withSession(domains: ["vm1"]) { fixture in
            let (session, record) = (fixture.session, fixture.session.reservations.record)
            var order = ReservationOrder(try DomainFilter("vm1"))
            order.stopsAtRelease = true
            #expect(try record.take("vm1"))
            let hold = record.hold(of: "vm1")
            #expect(record.release("vm1"))
            try start(fixture)
            let error = requestError { try session.complete(order, of: "vm1", hold) }
            #expect(error?.kind == .busy)
            session.end()
            #expect(try isRunning(fixture))
        }
    }

    /// The reservation was lost without a release, which would have stopped the guest.
    @Test func aStopWithoutItsReservationDoesNothing() throws {
        try withSession(domains: ["vm1"]) { fixture in
            let record = fixture.session.reservations.record
            try reserve(fixture, stops: true)
            try start(fixture)
            record.setLease(Lease(seconds: 60, uri: ""), of: "vm1")
            record.removeHandedOver(try #require(record.leased.first))
            fixture.session.end()
            #expect(try isRunning(fixture))
        }
    }

    @Test func aGuestThatDoesNotRunStaysStopped() throws {
        try withSession(domains: ["vm1"]) { fixture in
            try reserve(fixture, stops: true)
            #expect(fixture.session.reservations.release("vm1"))
            #expect(try !isRunning(fixture))
        }
    }

    /// The next holder does it, because nobody may do it later.
    @Test func aKilledHolderLeavesTheStopToTheNextOne() throws {
        try withSession(domains: ["vm1", "vm2"]) { fixture in
            let connection = try fixture.session.host.open()
            let journal = Journal(fixture.state)
            func leave(_ name: String, _ run: BegunGuest.Run) throws {
                let begun = BegunGuest(
                    uri: try connection.uri(), name: name,
                    uuid: try connection.domain(name: name).uuid(), isLocal: true, run)
                let record = try journal.write(.guest(begun), durably: false)
                record.release()
                // As if another process had written it.
                let other = "\(journal.path)/1-other-\(name)-\(run == .any)"
                try Directory(journal.path).rename(
                    try names(in: journal.path).first { !$0.hasPrefix("1-other") } ?? "",
                    to: String(other.split(separator: "/").last ?? ""))
            }
            try leave("vm1", .any)
            try leave("vm1", .number(7))
            try leave("vm2", .any)
            try start(fixture)
            try reserve(fixture, stops: false)
            #expect(try !isRunning(fixture))
            #expect(try names(in: journal.path) == ["1-other-vm1-false", "1-other-vm2-true"])
        }
    }
}
