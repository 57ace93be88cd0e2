import System

/// Runs `body` while another process, whose name is `name`, holds the record lock of a file.
///
/// Another process, because a POSIX lock never conflicts with locks of the process that holds it.
package func whileOtherProcessLocks<Value>(
    _ path: String, named name: String = "other", in directory: String, _ body: () throws -> Value
) throws -> Value {
    try whileOtherProcess(
        runs: """
            import fcntl
            open("/proc/self/comm", "w").write(name)
            file = open(path, "w")
            fcntl.lockf(file, fcntl.LOCK_EX)
            """, path: path, name: name, in: directory, body)
}

/// Runs `body` while another process, whose name is `name`, keeps a locked file in the directory
/// `sessions`, which is named by its process ID and has the contents `record`.
package func whileOtherProcessKeeps<Value>(
    record: String, below sessions: String, named name: String = "other", in directory: String,
    _ body: () throws -> Value
) throws -> Value {
    try write(record, to: "\(directory)/record")
    return try whileOtherProcess(
        runs: """
            import fcntl
            open("/proc/self/comm", "w").write(name)
            file = open(f"{path}/{os.getpid()}", "w")
            fcntl.lockf(file, fcntl.LOCK_EX)
            file.write(open(path + "/../../record").read())
            file.flush()
            """, path: sessions, name: name, in: directory, body)
}

/// Whether another process cannot lock the file, because this one has.
package func isLockedForOthers(_ path: String) throws -> Bool {
    let tryLock = """
        import fcntl, sys
        try:
            fcntl.lockf(open(sys.argv[1], "a"), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            sys.exit(7)
        """
    return try ChildProcess.run(["python3", "-c", tryLock, path]).ending == .exit(7)
}

/// Runs `body` while the working directory of another process is `path`.
package func whileOtherProcessWorks<Value>(
    at path: String, in directory: String, _ body: () throws -> Value
) throws -> Value {
    try whileOtherProcess(
        runs: "os.chdir(path)", path: path, name: "other", in: directory, body)
}

/// Runs `body` with the TCP port on which another process, whose name is `name`, listens at
/// 127.0.0.1.
package func whileOtherProcessListens<Value>(
    named name: String, in directory: String, _ body: (UInt16) throws -> Value
) throws -> Value {
    let path = "\(directory)/port"
    return try whileOtherProcess(
        runs: """
            import socket
            open("/proc/self/comm", "w").write(name)
            server = socket.create_server(("127.0.0.1", 0))
            open(path, "w").write(f"{server.getsockname()[1]} {os.getpid()}")
            """, path: path, name: name, in: directory
    ) {
        let words = try text(of: path).split(separator: " ")
        return try body(UInt16(words[0]) ?? 0)
    }
}

/// Runs `body` after another process has run `script` and before it ends. `directory` is for files
/// by which both processes signal each other.
private func whileOtherProcess<Value>(
    runs script: String, path: String, name: String, in directory: String,
    _ body: () throws -> Value
) throws -> Value {
    let (ready, done) = (
        "\(directory)/other-process-is-ready", "\(directory)/other-process-may-end"
    )
    for leftover in [ready, done] { try removeFile(leftover) }
    let script = """
        import os, sys, time
        path, name, ready, done = sys.argv[1:]
        \(script)
        open(ready, "w").close()
        while not os.path.exists(done):
            time.sleep(0.01)
        """
    let run: @Sendable () -> Void = {
        do throws(SystemError) {
            _ = try ChildProcess.run(
                ["python3", "-c", script, path, name, ready, done],
                until: .now + .seconds(60))
        } catch {}  // then `ready` never appears, which is reported below
    }
    return try runConcurrently(run) {
        defer {
            do throws(SystemError) { try write("", to: done) } catch {}
        }
        try wait("another process is ready") { pathExists(ready) }
        return try body()
    }
}

/// A condition that did not become true in time.
package struct NotInTime: Error {
    package let condition: String
}

/// Waits until a condition is true, at most 30 seconds.
package func wait(_ condition: String, until isTrue: () throws -> Bool) throws {
    let deadline = ContinuousClock.now + .seconds(30)
    while try !isTrue() {
        guard ContinuousClock.now < deadline else { throw NotInTime(condition: condition) }
        pause(milliseconds: 10)
    }
}
