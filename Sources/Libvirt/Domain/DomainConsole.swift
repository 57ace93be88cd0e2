import CLibvirt
import Synchronization

/// A guest's console that is open; what the guest printed before is lost. Only one
/// client can have it open. Releasing this object closes it, and so does the end of the process.
/// C: `virDomainOpenConsole`.
package final class DomainConsole: Sendable {
    // Safe to share: libvirt does its own reference counting and locking.
    nonisolated(unsafe) private let stream: virStreamPtr
    /// Set by the first failure or end: a further `virStreamRecv` would report another error.
    private let isOver = Mutex(false)
    /// Whether `send` could not send all, so that `wake` is called when it can.
    private let needsRoom = Mutex(false)
    /// Its number in `listeners`, from `listen` on.
    private let listener = Mutex<UInt?>(nil)

    fileprivate init(adopting stream: virStreamPtr) { self.stream = stream }

    deinit {
        let stream = self.stream
        // The callback first: it must not run on a freed stream.
        LibvirtError.keepingReported {
            virStreamEventRemoveCallback(stream)
            virStreamAbort(stream)
        }
        virStreamFree(stream)
        if let number = listener.withLock({ $0 }) { listeners.withLock { $0.remove(number) } }
    }

    /// What `receive` got.
    package enum Received: Equatable, Sendable {
        /// This number of bytes, at the start of the buffer.
        case bytes(Int)
        /// Nothing yet. `wake` is called once there is more to receive, or at the end.
        case nothing
        /// The console is closed: the domain stopped, or another client opened it by force.
        case end
    }

    /// Receives what there is, up to the buffer's size, without waiting. Some drivers report the
    /// end as an error; after an error `receive` returns `.end`. C: `virStreamRecv`.
    package func receive(into buffer: inout [UInt8]) throws(LibvirtError) -> Received {
        guard !isOver.withLock({ $0 }) else { return .end }
        let count = buffer.withUnsafeMutableBytes {
            virStreamRecv(stream, $0.baseAddress, $0.count)
        }
        if count > 0 { return .bytes(Int(count)) }
        // C: a stream opened with VIR_STREAM_NONBLOCK returns -2 without setting an error.
        if count == -2 {  // it would block
            // The callback disarmed itself; see `listen`.
            try arm()
            return .nothing
        }
        // Before `check`, which may throw: an error is an end as well.
        isOver.withLock { $0 = true }
        try check(count)
        return .end
    }

    /// Sends a prefix of the bytes to the guest without waiting, and returns its length. If that is
    /// not all, `wake` is called once more can be sent. C: `virStreamSend`.
    package func send(_ bytes: ArraySlice<UInt8>) throws(LibvirtError) -> Int {
        guard !isOver.withLock({ $0 }) else { return 0 }
        let count = bytes.withUnsafeBytes { virStreamSend(stream, $0.baseAddress, $0.count) }
        // -2 as above.
        if count == -2 {
            needsRoom.withLock { $0 = true }
            try arm()
            return 0
        }
        let sent = Int(try check(count))
        needsRoom.withLock { $0 = sent < bytes.count }
        if sent < bytes.count { try arm() }
        return sent
    }

    private func arm() throws(LibvirtError) {
        let events = Self.events | (needsRoom.withLock { $0 } ? Self.room : 0)
        try check(virStreamEventUpdateCallback(stream, events))
    }

    fileprivate static let events = Int32(
        bitPattern: VIR_STREAM_EVENT_READABLE.rawValue | VIR_STREAM_EVENT_ERROR.rawValue
            | VIR_STREAM_EVENT_HANGUP.rawValue)
    private static let room = Int32(bitPattern: VIR_STREAM_EVENT_WRITABLE.rawValue)

    /// Calls `wake` on the event loop's thread, once for each time that `receive` had nothing.
    fileprivate func listen(_ wake: @escaping @Sendable () -> Void) throws(LibvirtError) {
        let number = listeners.withLock { $0.add(wake) }
        listener.withLock { $0 = number }
        let added = virStreamEventAddCallback(
            stream, Self.events,
            { stream, _, context in
                // Disarm: the event loop calls for as long as there is something to receive, and
                // would use a whole processor until the other thread has received it.
                virStreamEventUpdateCallback(stream, 0)
                let wake = listeners.withLock { $0.handlers[UInt(bitPattern: context)] }
                wake?()
            }, UnsafeMutableRawPointer(bitPattern: number), nil)
        try check(added)
    }
}

/// Who is woken when a console has bytes. Not a context that libvirt frees, as for other events:
/// libvirt's client (9.0.0 to 11.3.0) never frees that of a stream, and may still call it after its
/// removal. So libvirt gets a number, which is no longer listed then.
private struct Listeners {
    private var last: UInt = 0
    private(set) var handlers: [UInt: @Sendable () -> Void] = [:]

    mutating func add(_ wake: @escaping @Sendable () -> Void) -> UInt {
        last += 1
        handlers[last] = wake
        return last
    }

    mutating func remove(_ number: UInt) { handlers[number] = nil }
}

private let listeners = Mutex(Listeners())

extension Domain {
    /// How a console is opened. C: `virDomainConsoleFlags`.
    package struct ConsoleFlags: OptionSet, Sendable {
        package let rawValue: UInt32
        package init(rawValue: UInt32) { self.rawValue = rawValue }
        /// Disconnect another client that has it open.
        package static let force = Self(rawValue: VIR_DOMAIN_CONSOLE_FORCE.rawValue)
    }

    /// Opens the first console, or the character device with this alias, e.g. `serial1`. `wake` is
    /// called on the event loop's thread when `receive` has something to return, also the first
    /// time. `LibvirtError.Code.operationFailed` if another client has it open.
    /// C: `virDomainOpenConsole`.
    package func openConsole(
        _ flags: ConsoleFlags = [], device: String? = nil, wake: @escaping @Sendable () -> Void
    ) throws(LibvirtError) -> DomainConsole {
        // libvirt returns the connection without a reference for us; the domain keeps it alive.
        let connection = try check(virDomainGetConnect(pointer))
        let console = DomainConsole(
            adopting: try check(virStreamNew(connection, VIR_STREAM_NONBLOCK.rawValue)))
        // In this order: before it is open, a stream has no driver that could take a callback. If
        // a step fails, releasing `console` aborts the stream.
        try console.open(self, flags, device)
        try console.listen(wake)
        return console
    }
}

extension DomainConsole {
    fileprivate func open(
        _ domain: Domain, _ flags: Domain.ConsoleFlags, _ device: String?
    ) throws(LibvirtError) {
        try check(virDomainOpenConsole(domain.pointer, device, stream, flags.rawValue))
    }
}
