import Protocol
import System
import TestSupport
import Testing

@testable import HelperSession

@Suite struct WaitForReservationTests {
    private func reserve(
        _ fixture: SessionFixture, _ filter: String? = nil, wait: Double? = nil
    ) throws -> String {
        try fixture.reserve(DomainFilter(filter), wait: wait)
    }

    @Test func eachFreeDomainIsReservedOnce() throws {
        let names = ["vm1", "vm2", "vm3"]
        try withSession(domains: names) { fixture in
            let reserved = try names.map { _ in try reserve(fixture) }
            #expect(reserved.sorted() == names)
            let error = requestError { _ = try reserve(fixture) }
            #expect(error?.kind == .busy)
            // Clients compare this text and ask again.
            #expect(error?.message == "no domain could be reserved")
            #expect(fixture.session.reservations.release("vm2"))
            #expect(try reserve(fixture) == "vm2")
        }
    }

    /// The lock of the domain has nothing to do with it.
    @Test func aBrokenQueueIsReported() throws {
        try withSession(domains: ["vm1"]) { fixture in
            Directory.removeTree(fixture.state.queue)
            try write("", to: fixture.state.queue)
            for wait in [nil, 1.0] {
                let error = requestError { _ = try reserve(fixture, wait: wait) }
                #expect(error?.kind == .system)
                let message = "cannot read the queue in '\(fixture.state.queue)'"
                #expect(error?.message.hasPrefix(message) == true, "\(error?.message ?? "")")
            }
        }
    }

    @Test func filterMatchesWholeName() throws {
        try withSession(domains: ["vm1", "vm10", "xvm1"]) { fixture throws in
            #expect(try reserve(fixture, "vm1") == "vm1")
            #expect(try reserve(fixture, "x.*") == "xvm1")
            #expect(requestError { _ = try reserve(fixture, "vm1|xvm1") }?.kind == .busy)
            #expect(try reserve(fixture, "(?i)VM\\d+") == "vm10")
        }
    }

    @Test func filterWithoutMatchIsNotFound() throws {
        try withSession(domains: ["vm1"]) { fixture in
            for wait in [nil, 60.0] {
                let error = requestError { _ = try reserve(fixture, "vm", wait: wait) }
                #expect(error?.kind == .notFound)
                #expect(error?.message == "no domain matches the filter")
            }
        }
    }

    @Test func invalidFilterIsBadRequest() throws {
        let error = requestError { _ = try DomainFilter("vm[") }
        #expect(error?.kind == .badRequest)
        #expect(error?.message.hasPrefix("filter 'vm[' is not a valid regular expression") == true)
    }

    @Test func hostWithoutDomainsIsNotFound() throws {
        try withSession { fixture in
            let error = requestError { _ = try reserve(fixture, wait: 60) }
            #expect(error?.kind == .notFound)
            #expect(error?.message == "no persistent domains found")
        }
    }

    @Test func domainOfOtherProcessIsSkipped() throws {
        try withSession(domains: ["vm1", "vm2"]) { fixture in
            try whileOtherProcessLocks(fixture.lock(of: "vm1"), in: fixture.directory) {
                () throws in
                #expect(try reserve(fixture) == "vm2")
                #expect(requestError { _ = try reserve(fixture) }?.kind == .busy)
            }
        }
    }

    @Test func waitEndsWhenOtherProcessReleases() throws {
        try withSession(domains: ["vm1"]) { fixture in
            let (path, directory) = (try fixture.lock(of: "vm1"), fixture.directory)
            let hold: @Sendable () -> Void = {
                do {
                    try whileOtherProcessLocks(path, in: directory) { pause(milliseconds: 300) }
                } catch { Issue.record(error) }
            }
            try runConcurrently(hold) {
                try wait("the other process holds the lock") {
                    try RecordLock.holder(path) != nil
                }
                #expect(try reserve(fixture, wait: 30) == "vm1")
            }
        }
    }

    @Test func waitEndsAtDeadline() throws {
        try withSession(domains: ["vm1"]) { fixture throws in
            #expect(try reserve(fixture, wait: 30) == "vm1")
            let start = ContinuousClock.now
            let error = requestError { _ = try reserve(fixture, wait: 0.2) }
            #expect(error?.kind == .busy)
            #expect(error?.message == "no domain could be reserved")
            #expect(ContinuousClock.now - start >= .milliseconds(200))
        }
    }

    /// Somebody may remove it while sessions run.
    @Test func missingStateDirectoryIsMadeAgain() throws {
        try withSession(domains: ["vm1"]) { fixture throws in
            Directory.removeTree(fixture.state.path)
            #expect(try reserve(fixture, wait: 1) == "vm1")
            #expect(fixture.session.reservations.release("vm1"))
            Directory.removeTree(fixture.state.path)
            #expect(try reserve(fixture) == "vm1")
        }
    }

    @Test func persistentDomainsAreInOrderOfVirsh() throws {
        try withSession(domains: ["b", "C", "a", "vm10", "vm9"]) { fixture throws in
            #expect(
                try fixture.session.persistentDomains() == ["a", "b", "C", "vm10", "vm9"])
        }
    }
}
