import System
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1)))
struct WorkingDirectoryTests {
    @Test func aThreadCanHaveItsOwn() throws {
        try inTemporaryDirectory { path in
            let before = currentDirectory()
            let done = try Wakeup()
            try startDetachedThread {
                WorkingDirectory.makeOwn()
                do throws(SystemError) {
                    try WorkingDirectory.enter(path)
                    if currentDirectory() == path { done.wake() }
                } catch {
                    // The test waits in vain.
                }
            }
            #expect(try waitForAny(of: [done], until: .now + .seconds(20)))
            #expect(currentDirectory() == before)
        }
    }
}
