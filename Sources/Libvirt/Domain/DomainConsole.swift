import CLibvirt
import Synchronization

/// A guest's console that is being read, from when it was opened. One client at a time can have it;
/// letting go of it, or the end of the process, frees it. C: `virDomainOpenConsole`.
package final class DomainConsole: Sendable {
    // Safe to share: libvirt counts references and locks inside.
    nonisolated(unsafe) private let stream: virStreamPtr
    private let isOver = Mutex(false)

    fileprivate init(adopting stream: virStreamPtr) { self.stream = stream }

    deinit {
        let stream = self.stream
        LibvirtError.keepingReported {
            virStreamEventRemoveCallback(stream)
            virStreamAbort(stream)
        }
        virStreamFree(stream)
    }

    package enum Received: Equatable, Sendable {
        /// So many bytes, at the buffer's start.
        case bytes(Int)
        /// None yet. `wake` is called once there is more to receive, be it the end.
        case nothing
        /// The console is gone: its domain stopped, or somebody else took it by force.
        case end
    }

    /// What came, up to the buffer's size, without waiting. A failure may also be how a driver
    /// tells the end; nothing comes after it. C: `virStreamRecv`.
    package func receive(into buffer: inout [UInt8]) throws(LibvirtError) -> Received {
        guard !isOver.withLock({ $0 }) else { return .end }
        let count = buffer.withUnsafeMutableBytes {
            virStreamRecv(stream, $0.baseAddress, $0.count)
        }
        if count > 0 { return .bytes(Int(count)) }
        if count == -2 {  // it would have to wait
            try check(virStreamEventUpdateCallback(stream, Self.events))
            return .nothing
        }
        isOver.withLock { $0 = true }
        try check(count)
        return .end
    }

    fileprivate static let events = Int32(
        bitPattern: VIR_STREAM_EVENT_READABLE.rawValue | VIR_STREAM_EVENT_ERROR.rawValue
            | VIR_STREAM_EVENT_HANGUP.rawValue)

    /// Calls `wake` on the event loop's thread, once for each time that `receive` had nothing.
    fileprivate func listen(_ wake: @escaping @Sendable () -> Void) throws(LibvirtError) {
        let context = EventHandler<Void> { wake() }.context
        let added = virStreamEventAddCallback(
            stream, Self.events,
            { stream, _, context in
                // The loop would call again and again until somebody has received.
                virStreamEventUpdateCallback(stream, 0)
                EventHandler.call(context, ())
            }, context, releaseEventHandler)
        do throws(LibvirtError) { try check(added) } catch {
            releaseEventHandler(context)
            throw error
        }
    }
}

extension Domain {
    package struct ConsoleFlags: OptionSet, Sendable {
        package let rawValue: UInt32
        package init(rawValue: UInt32) { self.rawValue = rawValue }
        /// Cuts off who has it.
        package static let force = Self(rawValue: VIR_DOMAIN_CONSOLE_FORCE.rawValue)
        /// Only where the driver can keep others out.
        package static let safe = Self(rawValue: VIR_DOMAIN_CONSOLE_SAFE.rawValue)
    }

    /// Opens the first console, or the character device with this alias, e.g. `serial1`. `wake` is
    /// called on another thread when `receive` is worth a call, for the first time also where
    /// something came at once. `operationFailed` where somebody else has it.
    /// C: `virDomainOpenConsole`.
    package func openConsole(
        _ flags: ConsoleFlags = [], device: String? = nil, wake: @escaping @Sendable () -> Void
    ) throws(LibvirtError) -> DomainConsole {
        // No reference of ours is needed: the domain has one.
        let connection = try check(virDomainGetConnect(pointer))
        let console = DomainConsole(
            adopting: try check(virStreamNew(connection, VIR_STREAM_NONBLOCK.rawValue)))
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
