import CSystem
import Glibc
package import System

/// Copies bytes between this process's standard streams, or other ones, and a connection, in both
/// directions at once. The kernel moves the bytes if it can.
package enum Relay {
    /// Returns when both directions have ended. Throws errors of the connection; if the reader of
    /// standard output is gone, it returns. `check` is called once a second; what it throws ends
    /// the connection. C: `splice`, `poll`, `shutdown`.
    package static func run(_ socket: TCPSocket, _ check: (() throws -> Void)?) throws {
        try run(socket, check, STDIN_FILENO, STDOUT_FILENO, endsWithGuest: false)
    }

    /// The same with other streams, and it returns as soon as the guest has closed its side:
    /// somebody else has a descriptor of `output`, so its reader cannot see that.
    package static func run(
        _ socket: TCPSocket, _ check: (() throws -> Void)?,
        from input: borrowing FileDescriptor, to output: borrowing FileDescriptor
    ) throws {
        try run(socket, check, input.number, output.number, endsWithGuest: true)
    }

    /// Runs on one thread. Each turn waits for both flows and then moves each at most once, so
    /// that a busy direction cannot starve the other.
    private static func run(
        _ socket: TCPSocket, _ check: (() throws -> Void)?, _ source: Int32,
        _ destination: Int32, endsWithGuest: Bool
    ) throws {
        SignalHandling.ignoreBrokenPipes()
        // Our parent may share these open files: restore their flags on return.
        let input = NonBlocking(source)
        let output = NonBlocking(destination)
        defer {
            input.restore()
            output.restore()
        }
        let peer = socket.descriptor.number
        let toGuest = try Flow(from: source, to: peer) {}
        let fromGuest = try Flow(from: peer, to: destination) { output.restore() }
        var nextCheck = ContinuousClock.now
        while true {
            if let check, .now >= nextCheck {
                try check()
                nextCheck = .now + .seconds(1)
            }
            // The result is not looked at: moving from or to a descriptor that is not ready does
            // nothing.
            var polled = toGuest.awaited + fromGuest.awaited
            if polled.isEmpty { return }
            let timeout: Int32 = check == nil ? -1 : 1000
            guard poll(&polled, nfds_t(polled.count), timeout) >= 0 || errno == EINTR else {
                throw SystemError.last
            }
            // The guest may close its read side and still send.
            do throws(SystemError) { try toGuest.move() } catch { toGuest.end() }
            if toGuest.hasLostReader { toGuest.end() }
            do throws(SystemError) { try fromGuest.move() } catch {
                if fromGuest.hasLostReader { return }
                throw error
            }
            // Also without a failed write: a silent guest would keep us here forever.
            if fromGuest.hasLostReader || endsWithGuest && fromGuest.isOver { return }
        }
    }
}

/// Makes a descriptor non-blocking until it is restored.
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
        // At most once: after `end`, the number is /dev/null.
        flags = -1
    }
}

/// One direction. Bytes from the source are buffered in a pipe of our own, because `splice` needs
/// a pipe at one end. Descriptors that cannot be spliced are read and written instead.
///
/// Invariant: the flow reads from its source only while it holds nothing, so `held` bytes always
/// fit into the pipe, and the order of bytes is kept if it changes from splicing to copying.
private final class Flow {
    private let source: Int32
    private let destination: Int32
    private let pipeOutput: FileDescriptor
    private let pipeInput: FileDescriptor
    /// How many bytes to request at once: as many as fit into the empty pipe.
    private let capacity: Int
    /// The bytes in the pipe.
    private var held = 0
    private var isAtEnd = false
    private(set) var isOver = false
    private var sourceSplices = true
    private var destinationSplices = true
    /// For descriptors that cannot be spliced: `rest` is the part still to write.
    private var buffer: [UInt8] = []
    private var rest = 0..<0
    /// Called before the destination is replaced.
    private let willEnd: () -> Void

    init(
        from source: Int32, to destination: Int32, willEnd: @escaping () -> Void
    ) throws(SystemError) {
        self.willEnd = willEnd
        self.source = source
        self.destination = destination
        var ends: [Int32] = [0, 0]
        guard atex_pipe(&ends) == 0 else { throw .last }
        pipeOutput = FileDescriptor(owning: ends[0])
        pipeInput = FileDescriptor(owning: ends[1])
        // Fails without harm for sockets, and for users at their pipe limit, see pipe(7).
        for descriptor in [source, destination] { atex_set_pipe_size(descriptor, 1 << 20) }
        let size = atex_set_pipe_size(pipeInput.number, 1 << 20)
        // pipe(7): 64 KiB is the default size.
        capacity = size > 0 ? Int(size) : 1 << 16
    }

    private var isEmpty: Bool { held == 0 && rest.isEmpty }

    /// What to wait for: input while nothing is held, space for what is held, and always the loss
    /// of the reader.
    var awaited: [pollfd] {
        if isOver { return [] }
        let space = pollfd(fd: destination, events: isEmpty ? 0 : Int16(POLLOUT), revents: 0)
        return isEmpty ? [pollfd(fd: source, events: Int16(POLLIN), revents: 0), space] : [space]
    }

    /// Whether the other end of the destination is closed.
    var hasLostReader: Bool {
        if isOver { return false }
        var polled = pollfd(fd: destination, events: 0, revents: 0)
        return poll(&polled, 1, 0) > 0
    }

    /// Moves what can be moved without waiting, once.
    func move() throws(SystemError) {
        if isOver { return }
        if isEmpty { try fill() }
        try drain()
        if isEmpty, isAtEnd { end() }
    }

    /// Signals end of file to the reader.
    func end() {
        guard !isOver else { return }
        isOver = true
        // Shut a socket down instead of closing it: other descriptors may share it for reading.
        guard shutdown(destination, Int32(SHUT_WR)) != 0, errno == ENOTSOCK else { return }
        willEnd()
        // Don't close: another thread could reuse the descriptor number. dup /dev/null over it.
        let null = atex_open("/dev/null", O_RDWR | O_CLOEXEC, 0)
        guard null >= 0 else { return }
        dup2(null, destination)
        close(null)
    }

    /// Reads what has arrived.
    private func fill() throws(SystemError) {
        var count = sourceSplices ? atex_splice(source, pipeInput.number, UInt(capacity)) : 0
        if count < 0, errno == EINVAL { sourceSplices = false }  // e.g. a terminal
        // A negative count is EAGAIN or a real error; nothing was moved.
        if sourceSplices {
            held = max(0, count)
        } else {
            allocateBuffer()
            count = read(source, &buffer, buffer.count)
            rest = 0..<max(0, count)
        }
        if count == 0 { isAtEnd = true }
        if count < 0, errno != EAGAIN, errno != EINTR { throw .last }
    }

    /// Writes what is held, as far as the destination has space.
    private func drain() throws(SystemError) {
        while !isEmpty {
            var count = 0
            if rest.isEmpty, destinationSplices {
                count = atex_splice(pipeOutput.number, destination, UInt(held))
                if count < 0, errno == EINVAL {
                    destinationSplices = false
                    continue
                }
                held -= max(0, count)
            } else {
                if rest.isEmpty { try readPipe() }
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

    /// Reads bytes out of the pipe that cannot be spliced any further.
    private func readPipe() throws(SystemError) {
        allocateBuffer()
        let count = read(pipeOutput.number, &buffer, min(held, buffer.count))
        // Does not block: the pipe holds `held` bytes, so it is not empty.
        guard count > 0 else { throw .last }
        held -= count
        rest = 0..<count
    }

    private func allocateBuffer() {
        if buffer.isEmpty { buffer = [UInt8](repeating: 0, count: 1 << 16) }
    }
}
