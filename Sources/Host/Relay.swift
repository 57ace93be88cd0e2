import CHost
import Glibc

/// Carries bytes between this process's standard input and output and a connection, both ways at
/// once, until both have ended; in the kernel, where it can.
package enum Relay {
    /// Opens `/dev/null` as those of the standard streams that are closed, so that nothing else gets
    /// their numbers. To be called before anything is opened.
    package static func completeStandardStreams() {
        for stream in Int32(0)...2 where fcntl(stream, F_GETFD) < 0 {
            // The lowest number that is free, which is this one.
            _ = atex_open("/dev/null", O_RDWR, 0)
        }
    }

    /// Returns when both directions have ended. An error is one of the connection's; that nobody
    /// reads the output any more is none, and ends it. C: `splice`, `poll`, `shutdown`.
    package static func run(_ socket: TCPSocket) throws(SystemError) {
        signal(SIGPIPE, SIG_IGN)
        // Who gave us these may share them: as they were, they are given back.
        let input = NonBlocking(STDIN_FILENO)
        let output = NonBlocking(STDOUT_FILENO)
        defer {
            input.restore()
            output.restore()
        }
        let there = try Flow(from: STDIN_FILENO, to: socket.descriptor) {}
        let back = try Flow(from: socket.descriptor, to: STDOUT_FILENO) { output.restore() }
        while true {
            var polled = there.awaited + back.awaited
            if polled.isEmpty { return }
            guard poll(&polled, nfds_t(polled.count), -1) >= 0 || errno == EINTR else {
                throw .last
            }
            // A guest that takes no more may still have something to say.
            do throws(SystemError) { try there.move() } catch { there.end() }
            if there.hasLostReader { there.end() }
            do throws(SystemError) { try back.move() } catch {
                if back.hasLostReader { return }
                throw error
            }
            if back.hasLostReader { return }
        }
    }
}

/// A descriptor that does not block until it is restored.
private final class NonBlocking {
    private let descriptor: Int32
    private var flags: Int32

    init(_ descriptor: Int32) {
        self.descriptor = descriptor
        flags = atex_get_status_flags(descriptor)
        if flags >= 0 { _ = atex_set_status_flags(descriptor, flags | O_NONBLOCK) }
    }

    func restore() {
        if flags >= 0 { _ = atex_set_status_flags(descriptor, flags) }
        flags = -1
    }
}

/// One direction. What was taken from its source waits in a pipe of our own, which splices from
/// and to everything that can be spliced; what cannot is copied.
private final class Flow {
    private let source: Int32
    private let destination: Int32
    private let pipe: (read: Int32, write: Int32)
    /// How many bytes are asked for at once, which all fit into the empty pipe.
    private let capacity: Int
    /// How many bytes are in the pipe.
    private var held = 0
    private var isAtEnd = false
    private var isOver = false
    private var sourceSplices = true
    private var destinationSplices = true
    /// For what cannot be spliced, and what of it is still to be written.
    private var buffer: [UInt8] = []
    private var rest = 0..<0

    /// Called before the destination is let go of.
    private let atEnd: () -> Void

    init(
        from source: Int32, to destination: Int32, atEnd: @escaping () -> Void
    ) throws(SystemError) {
        self.atEnd = atEnd
        self.source = source
        self.destination = destination
        var ends: [Int32] = [0, 0]
        guard atex_pipe(&ends) == 0 else { throw .last }
        pipe = (ends[0], ends[1])
        for descriptor in [source, destination] { atex_set_pipe_size(descriptor, 1 << 20) }
        let size = atex_set_pipe_size(pipe.write, 1 << 20)
        capacity = size > 0 ? Int(size) : 1 << 16
    }

    deinit {
        close(pipe.read)
        close(pipe.write)
    }

    private var isEmpty: Bool { held == 0 && rest.isEmpty }

    /// What to wait for: more to come while nothing is held, room for what is held, and in any
    /// case that nobody reads any more.
    var awaited: [pollfd] {
        if isOver { return [] }
        let room = pollfd(fd: destination, events: isEmpty ? 0 : Int16(POLLOUT), revents: 0)
        return isEmpty ? [pollfd(fd: source, events: Int16(POLLIN), revents: 0), room] : [room]
    }

    /// Whether the other end of the destination is closed.
    var hasLostReader: Bool {
        if isOver { return false }
        var polled = pollfd(fd: destination, events: 0, revents: 0)
        return poll(&polled, 1, 0) > 0
    }

    /// Moves what can be moved without waiting, once: the other direction has its turn as well.
    func move() throws(SystemError) {
        if isOver { return }
        if isEmpty { try fill() }
        try drain()
        if isEmpty, isAtEnd { end() }
    }

    /// Tells the reader that no more comes.
    func end() {
        guard !isOver else { return }
        isOver = true
        // A socket may be open elsewhere, too, be it for reading.
        guard shutdown(destination, Int32(SHUT_WR)) != 0, errno == ENOTSOCK else { return }
        atEnd()
        // Not closed: the next file that any thread opens would take the number.
        let nothing = atex_open("/dev/null", O_RDWR | O_CLOEXEC, 0)
        guard nothing >= 0 else { return }
        dup2(nothing, destination)
        close(nothing)
    }

    /// Takes what has come.
    private func fill() throws(SystemError) {
        var count = sourceSplices ? atex_splice(source, pipe.write, UInt(capacity)) : 0
        if count < 0, errno == EINVAL { sourceSplices = false }
        if sourceSplices {
            held = max(0, count)
        } else {
            makeBuffer()
            count = read(source, &buffer, buffer.count)
            rest = 0..<max(0, count)
        }
        if count == 0 { isAtEnd = true }
        if count < 0, errno != EAGAIN, errno != EINTR { throw .last }
    }

    /// Hands on what is held, as far as there is room.
    private func drain() throws(SystemError) {
        while !isEmpty {
            var count = 0
            if rest.isEmpty, destinationSplices {
                count = atex_splice(pipe.read, destination, UInt(held))
                if count < 0, errno == EINVAL {
                    destinationSplices = false
                    continue
                }
                held -= max(0, count)
            } else {
                if rest.isEmpty { try takeOut() }
                count = buffer[rest].withUnsafeBytes {
                    write(destination, $0.baseAddress, $0.count)
                }
                rest = rest.lowerBound + max(0, count)..<rest.upperBound
            }
            guard count < 0 else { continue }
            if errno == EAGAIN || errno == EINTR { return }
            throw .last
        }
    }

    /// Takes bytes out of the pipe that cannot be spliced any further.
    private func takeOut() throws(SystemError) {
        makeBuffer()
        let count = read(pipe.read, &buffer, min(held, buffer.count))
        guard count > 0 else { throw .last }
        held -= count
        rest = 0..<count
    }

    private func makeBuffer() {
        if buffer.isEmpty { buffer = [UInt8](repeating: 0, count: 1 << 16) }
    }
}
