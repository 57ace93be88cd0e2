import Glibc
import System
import TestSupport
import Testing

@Suite struct HostLockTests {
    @Test func waitingHasALimit() throws {
        try inTemporaryDirectory { directory throws in
            let (first, second) = (HostLock("\(directory)/lock"), HostLock("\(directory)/lock"))
            #expect(try first.enter(within: .zero))
            #expect(try first.enter(within: .zero))
            let start = ContinuousClock.now
            #expect(try !second.enter(within: .milliseconds(30)))
            #expect(start.duration(to: .now) >= .milliseconds(30))
            #expect(!second.isHeld)
            first.leave()
            #expect(try !second.enter(within: .zero))
            first.leave()
            #expect(try second.enter(within: .zero))
        }
    }
}

@Suite struct ByteLockTests {
    @Test func locksExcludeEachOther() throws {
        try inTemporaryDirectory { directory in
            let path = "\(directory)/lock"
            #expect(try !ByteLock.isExcluded(path, at: 5, .exclusive))
            func isFree(_ byte: UInt64, _ mode: ByteLock.Mode) throws -> Bool {
                let isExcluded = try ByteLock.isExcluded(path, at: byte, mode)
                let lock = try ByteLock(path, at: byte, mode)
                #expect((lock == nil) == isExcluded)
                return !isExcluded
            }
            do {
                let shared = try ByteLock(path, at: 5, .shared)
                #expect(shared != nil)
                #expect(try isFree(5, .shared))
                #expect(try !isFree(5, .exclusive))
                #expect(try isFree(6, .exclusive))
                withExtendedLifetime(shared) {}
            }
            do {
                let exclusive = try ByteLock(path, at: .max, .exclusive)
                #expect(try !isFree(.max, .shared))
                withExtendedLifetime(exclusive) {}
            }
            #expect(try isFree(5, .exclusive) && isFree(.max, .exclusive))
        }
    }
}
