import CSystem
import Glibc

/// Runs a program and waits for its end.
package enum ChildProcess {
    package enum Ending: Hashable, Sendable {
        case exit(_ status: Int32)
        case signal(_ number: Int32)
    }

    /// Runs a program, found along PATH, with an empty standard input. `output` is what it wrote
    /// to both its output streams. At the deadline it is killed. Throws if it cannot be started.
    /// C: `posix_spawnp`.
    package static func run(
        _ arguments: [String], until deadline: ContinuousClock.Instant? = nil
    ) throws(SystemError) -> (ending: Ending, output: [UInt8]) {
        var ends: [Int32] = [-1, -1]
        try check(atex_pipe(&ends))
        let pipe = FileDescriptor(owning: ends[0])
        let child = try spawn(arguments, output: FileDescriptor(owning: ends[1]))
        var output: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            if let deadline {
                var polled = pollfd(fd: pipe.number, events: Int16(POLLIN), revents: 0)
                // Only `poll` has a timeout. An error other than EINTR is left to the read below.
                let ready = poll(&polled, 1, millisecondsLeft(until: deadline))
                if ready < 0, errno == EINTR { continue }
                if ready == 0 {
                    kill(child, SIGKILL)
                    break
                }
            }
            // After an error, as at the end, go on below: the child must be reaped.
            do throws(SystemError) {
                let count = try pipe.readSome(into: &chunk)
                if count == 0 { break }
                output += chunk[..<count]
            } catch { break }
        }
        var status: Int32 = 0
        try retrying { waitpid(child, &status, 0) }
        // The macros of waitpid(2), such as WTERMSIG, are not visible in Swift.
        let signal = status & 0x7F
        return (signal == 0 ? .exit(status >> 8 & 0xFF) : .signal(signal), output)
    }

    /// Closes `output` on return: when the child ends, no process has it open for writing, and
    /// reading its other end returns end of file.
    private static func spawn(
        _ arguments: [String], output: consuming FileDescriptor
    ) throws(SystemError) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        // The copies lose close-on-exec, the originals keep it: the child gets these two only.
        posix_spawn_file_actions_adddup2(&actions, output.number, 1)
        posix_spawn_file_actions_adddup2(&actions, output.number, 2)

        // This process blocks or ignores some signals; the child gets the default for all.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        // The attribute has copied the empty set. An ignored signal stays ignored across exec.
        sigaddset(&signals, SIGPIPE)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

        // The parent's copies may be freed after the call: posix_spawnp returns after the exec.
        var vector = arguments.map { strdup($0) } + [nil]
        defer { for argument in vector { free(argument) } }
        var child = pid_t()
        guard let program = vector[0] else { throw SystemError(number: ENOENT) }
        let number = posix_spawnp(
            &child, program, &actions, &attributes, &vector, atex_environment())
        guard number == 0 else { throw SystemError(number: number) }
        return child
    }
}
