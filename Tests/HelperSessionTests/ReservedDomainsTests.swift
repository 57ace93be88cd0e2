import Protocol
import System
import TestSupport
import Testing

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
            let tryLock = """
                import fcntl, sys
                try:
                    fcntl.lockf(open(sys.argv[1], "a"), fcntl.LOCK_EX | fcntl.LOCK_NB)
                except OSError:
                    sys.exit(7)
                """
            func otherProcess() throws -> ChildProcess.Ending {
                try ChildProcess.run(["python3", "-c", tryLock, path]).ending
            }
            #expect(try fixture.session.reservations.reserve("vm1"))
            #expect(try otherProcess() == .exit(7))
            // Questions about the holder must not open the file: closing it drops the lock.
            _ = try fixture.session.reservations.holder(of: "vm1")
            _ = try fixture.session.reservations.isFree("vm1")
            _ = try fixture.session.reservations.holdingProcess(of: "vm1")
            _ = try fixture.session.reservations.reserve("vm1")
            #expect(try otherProcess() == .exit(7))
            _ = fixture.session.reservations.release("vm1")
            #expect(try otherProcess() == .exit(0))
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
                #expect(try domains.holdingProcess(of: "vm1") != nil)
            }
            #expect(try domains.holder(of: "vm1") == "(free)")
            #expect(try domains.reserve("vm1"))
            #expect(try domains.holder(of: "vm1") == "(reserved for us)")
            #expect(try domains.holdingProcess(of: "vm1") == nil)
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

    @Test func missingDirectoryIsError() throws {
        try withSession { fixture throws in
            Directory.removeTree(fixture.state.path)
            #expect(throws: SystemError.noSuchFile) {
                try fixture.session.reservations.reserve("vm1")
            }
            // A lock file that does not exist is not held.
            #expect(try fixture.session.reservations.holder(of: "vm1") == "(free)")
        }
    }
}
