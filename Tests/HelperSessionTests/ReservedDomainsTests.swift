import Glibc
import Protocol
import System
import TestSupport
import Testing
import Text

@testable import HelperSession

@Suite struct ReservedDomainsTests {
    @Test func reservationIsLockUntilRelease() throws {
        try withSession { fixture throws in
            let domains = fixture.session.reservations
            #expect(try domains.isFree("vm1"))
            #expect(try domains.reserve("vm1"))
            #expect(domains.holds("vm1"))
            #expect(try !domains.isFree("vm1"))
            #expect(try !domains.reserve("vm1"))
            #expect(domains.release("vm1"))
            #expect(!domains.release("vm1"))
            #expect(try domains.isFree("vm1"))
        }
    }

    @Test func otherProcessesSeeReservation() throws {
        try withSession { fixture in
            let path = try fixture.lock(of: "vm1")
            #expect(try fixture.session.reservations.reserve("vm1"))
            #expect(try isLockedForOthers(path))
            // Questions about the holder must not open the file: closing it drops the lock.
            _ = try fixture.session.reservations.holder(of: "vm1")
            _ = try fixture.session.reservations.isFree("vm1")
            _ = try fixture.session.reservations.reserve("vm1")
            #expect(try isLockedForOthers(path))
            _ = fixture.session.reservations.release("vm1")
            #expect(try !isLockedForOthers(path))
        }
    }

    @Test func domainOfOtherProcessIsNotFree() throws {
        try withSession { fixture in
            let domains = fixture.session.reservations
            let path = try fixture.lock(of: "vm1")
            try whileOtherProcessLocks(path, named: "ci 7", in: fixture.directory) { () throws in
                #expect(try !domains.isFree("vm1"))
                #expect(try !domains.reserve("vm1"))
                #expect(!domains.release("vm1"))
                #expect(try domains.holder(of: "vm1") == "ci 7")
            }
            #expect(try domains.holder(of: "vm1") == "(free)")
            #expect(try domains.reserve("vm1"))
            #expect(try domains.holder(of: "vm1") == "(reserved for us)")
            #expect(try domains.otherHolder(of: "vm1") == nil)
        }
    }

    @Test func blankNameOfHolderIsReported() throws {
        try withSession { fixture in
            let path = try fixture.lock(of: "vm1")
            try whileOtherProcessLocks(path, named: " ", in: fixture.directory) { () throws in
                #expect(
                    try fixture.session.reservations.holder(of: "vm1") == "(empty name)")
            }
        }
    }

    /// Swift considers these equal; for libvirt they are two domains.
    @Test func equivalentNamesAreTwoDomains() throws {
        try withSession { fixture throws in
            let domains = fixture.session.reservations
            #expect(try domains.reserve("\u{E9}"))
            #expect(!domains.holds("e\u{301}"))
            #expect(try domains.reserve("e\u{301}"))
            #expect(try names(in: fixture.state.locks).count == 2)
        }
    }

    /// Such a name would lead out of the directory.
    @Test(arguments: ["", ".", "..", "a/b", "../x"])
    func nameThatIsNoFileNameCannotBeReserved(name: String) throws {
        try withSession { fixture throws in
            let domains = fixture.session.reservations
            #expect(try !domains.isFree(name))
            #expect(try !domains.reserve(name))
            #expect(try domains.holder(of: name) == "(free)")
            #expect(try names(in: fixture.state.locks) == [])
        }
    }

    /// As is `locks/` alone; see `SessionRecordTests`.
    @Test func removedStateDirectoryIsMadeAgain() throws {
        try withSession { fixture throws in
            Directory.removeTree(fixture.state.path)
            // A lock file that does not exist is not held.
            #expect(try fixture.session.reservations.holder(of: "vm1") == "(free)")
            #expect(try fixture.session.reservations.reserve("vm1"))
            let path = try fixture.lock(of: "vm1")
            #expect(pathExists(path))
        }
    }

    /// What stands in the place of a lock file affects no other domain, and keeps nobody waiting.
    @Test func oddLockFilesAffectOneDomain() throws {
        try withSession(domains: ["odd", "vm1"]) { fixture in
            let path = try fixture.lock(of: "odd")
            let makers: [(String, () -> Int32)] = [
                ("a directory", { mkdir(path, 0o700) }), ("FIFO", { mkfifo(path, 0o600) }),
                ("symbolic link", { symlink("/etc/hostname", path) }),
            ]
            for (kind, make) in makers {
                #expect(make() == 0)
                let error = requestError {
                    _ = try fixture.reserve(DomainFilter("odd"), wait: nil)
                }
                #expect(error?.kind == .system, "\(kind)")
                #expect(error?.message.contains("domain 'odd'") == true, "\(kind)")
                let name = try fixture.reserve(DomainFilter(nil), wait: nil)
                #expect(name == "vm1", "\(kind)")
                let reply = try fixture.reply(to: #"{"cmd": "reservations", "details": true}"#)
                #expect(reply["domains"]?["vm1"] == .string("(reserved for us)"), "\(kind)")
                #expect(fixture.session.reservations.release("vm1"))
                Directory.removeTree(path)
                unlink(path)
            }
        }
    }

    /// Closing another descriptor of a lock file would drop the lock, whatever its name.
    @Test func noNameOfALockFileDropsTheLock() throws {
        try withSession { fixture in
            let domains = fixture.session.reservations
            #expect(try domains.reserve("vm1"))
            let (path, other) = (try fixture.lock(of: "vm1"), try fixture.lock(of: "vm2"))
            #expect(link(path, other) == 0)
            for name in [path, other] {
                #expect(throws: SystemError(number: EBUSY)) {
                    _ = try FileDescriptor.reading(name)
                }
            }
            #expect(try domains.holder(of: "vm2") == "(unusable lock file)")
            #expect(throws: SystemError(number: EBUSY)) { try domains.reserve("vm2") }
            #expect(try isLockedForOthers(path))
            #expect(domains.release("vm1"))
            #expect(try !isLockedForOthers(path))
        }
    }
}
