import CHost
import Glibc

/// A program that runs to its end while we wait.
package enum ChildProcess {
    package enum Ending: Hashable, Sendable {
        case exit(_ status: Int32)
        case signal(_ number: Int32)
    }

    /// Runs a program that is found along PATH, without input; fails where it cannot be run.
    /// `output` is what it printed on both its streams. At the deadline it is killed.
    /// C: `posix_spawnp`.
    package static func run(
        _ arguments: [String], until deadline: ContinuousClock.Instant? = nil
    ) throws(SystemError) -> (ending: Ending, output: [UInt8]) {
        var pipe: [Int32] = [-1, -1]
        guard atex_pipe(&pipe) == 0 else { throw .last }
        defer { close(pipe[0]) }
        let child = try spawn(arguments, printingTo: pipe[1])
        var output: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            if let deadline {
                var polled = pollfd(fd: pipe[0], events: Int16(POLLIN), revents: 0)
                let ready = poll(&polled, 1, millisecondsLeft(until: deadline))
                if ready < 0, errno == EINTR { continue }
                if ready == 0 {
                    kill(child, SIGKILL)
                    break
                }
            }
            let count = read(pipe[0], &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            if count <= 0 { break }
            output += chunk[..<count]
        }
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0 {
            guard errno == EINTR else { throw .last }
        }
        let signal = status & 0x7F
        return (signal == 0 ? .exit(status >> 8 & 0xFF) : .signal(signal), output)
    }

    private static func spawn(
        _ arguments: [String], printingTo descriptor: Int32
    ) throws(SystemError) -> pid_t {
        // Once only the child holds this end, its end of output is ours.
        defer { close(descriptor) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, descriptor, 1)
        posix_spawn_file_actions_adddup2(&actions, descriptor, 2)
        // Ours are blocked or ignored; the child is to end by them as any program does.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigaddset(&signals, SIGPIPE)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        var vector = arguments.map { strdup($0) } + [nil]
        defer { for argument in vector { free(argument) } }
        var child = pid_t()
        guard let program = vector[0] else { throw SystemError(number: ENOENT) }
        let failure = posix_spawnp(
            &child, program, &actions, &attributes, &vector, atex_environment())
        guard failure == 0 else { throw SystemError(number: failure) }
        return child
    }
}
