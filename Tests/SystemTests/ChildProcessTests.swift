import Glibc
import System
import Testing

@Suite struct ChildProcessTests {
    @Test func outputAndStatusAreReturned() throws {
        let run = try ChildProcess.run(["sh", "-c", "echo out; echo err >&2; exit 3"])
        #expect(run.ending == .exit(3))
        #expect(String(decoding: run.output, as: UTF8.self) == "out\nerr\n")
    }

    @Test func inputIsEmpty() throws {
        let run = try ChildProcess.run(["cat"])
        #expect(run.ending == .exit(0) && run.output == [])
    }

    @Test func signalIsReported() throws {
        #expect(try ChildProcess.run(["sh", "-c", "kill -TERM $$"]).ending == .signal(SIGTERM))
    }

    @Test func childIsKilledAtDeadline() throws {
        let start = ContinuousClock.now
        let run = try ChildProcess.run(["sleep", "60"], until: start + .milliseconds(100))
        #expect(run.ending == .signal(SIGKILL))
        #expect(ContinuousClock.now - start < .seconds(30))
    }

    @Test func missingProgramThrows() {
        #expect(throws: SystemError.noSuchFile) {
            try ChildProcess.run(["/nonexistent/program"])
        }
        #expect(throws: SystemError.noSuchFile) { try ChildProcess.run([]) }
    }
}
