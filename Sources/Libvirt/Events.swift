import CLibvirt
import Glibc

/// Lets a thread wait until another, e.g. that of the event loop, has seen enough.
package final class Gate: Sendable {
    // Reached only while `mutex`, which lives as long, is held.
    nonisolated(unsafe) private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    nonisolated(unsafe) private let condition: UnsafeMutablePointer<pthread_cond_t>
    nonisolated(unsafe) private var isOpen = false

    package init() {
        mutex = .allocate(capacity: 1)
        condition = .allocate(capacity: 1)
        pthread_mutex_init(mutex, nil)
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        // Not the clock on the wall, which may be set while we wait.
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_cond_init(condition, &attributes)
        pthread_condattr_destroy(&attributes)
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    /// Lets those who wait go on, and those who come later.
    package func open() {
        pthread_mutex_lock(mutex)
        isOpen = true
        pthread_cond_broadcast(condition)
        pthread_mutex_unlock(mutex)
    }

    /// Waits until it is open, at most `milliseconds`; `nil` waits for ever. Whether it is open.
    package func wait(milliseconds: Int?) -> Bool {
        var deadline = timespec()
        clock_gettime(CLOCK_MONOTONIC, &deadline)
        let total = deadline.tv_nsec + (milliseconds ?? 0) % 1000 * 1_000_000
        deadline.tv_sec += (milliseconds ?? 0) / 1000 + total / 1_000_000_000
        deadline.tv_nsec = total % 1_000_000_000
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while !isOpen {
            if milliseconds == nil {
                pthread_cond_wait(condition, mutex)
            } else if pthread_cond_timedwait(condition, mutex, &deadline) == ETIMEDOUT {
                break
            }
        }
        return isOpen
    }
}

/// What is called, on the event loop's thread, when an event comes.
final class EventHandler<Event: Sendable>: Sendable {
    let handle: @Sendable (Event) -> Void
    init(_ handle: @escaping @Sendable (Event) -> Void) { self.handle = handle }

    /// What C hands back to its callback; the callback's end releases it.
    var context: UnsafeMutableRawPointer { Unmanaged.passRetained(self).toOpaque() }

    static func call(_ context: UnsafeMutableRawPointer?, _ event: Event) {
        guard let context else { return }
        Unmanaged<EventHandler>.fromOpaque(context).takeUnretainedValue().handle(event)
    }
}

/// Releases any handler.
func releaseEventHandler(_ context: UnsafeMutableRawPointer?) {
    guard let context else { return }
    Unmanaged<AnyObject>.fromOpaque(context).release()
}

/// A registered callback; letting go of it ends it.
package final class EventSubscription: Sendable {
    private let connection: Connection
    private let id: Int32
    private let remove: @Sendable (virConnectPtr, Int32) -> Int32
    nonisolated(unsafe) private var isOver = false

    init(
        _ connection: Connection, _ id: Int32,
        _ remove: @escaping @Sendable (virConnectPtr, Int32) -> Int32
    ) {
        self.connection = connection
        self.id = id
        self.remove = remove
    }

    deinit {
        if !isOver { _ = remove(connection.pointer, id) }
    }

    /// Ends it. To be called by the thread that made it.
    package func cancel() throws(LibvirtError) {
        guard !isOver else { return }
        isOver = true
        try check(remove(connection.pointer, id))
    }
}

/// An event of something that has a name: a network, a pool, ...
package struct NamedEvent: Sendable {
    package let name: String
    /// What happened, an enumeration of its own for each kind; `nil` where only the kind says it.
    package let event: Int32?
}

private func lifecycleName(_ name: UnsafePointer<CChar>?) -> String {
    name.map { String(libvirt: $0) } ?? ""
}

extension Connection {
    /// Calls `handle` when a network (any, if `nil`) is defined, started...: a
    /// `virNetworkEventLifecycleType`. C: `virConnectNetworkEventRegisterAny`.
    package func subscribe(
        toNetwork network: Network?, _ handle: @escaping @Sendable (NamedEvent) -> Void
    ) throws(LibvirtError) -> EventSubscription {
        let callback: virConnectNetworkEventLifecycleCallback = { _, network, event, _, context in
            let name = lifecycleName(virNetworkGetName(network))
            EventHandler.call(context, NamedEvent(name: name, event: event))
        }
        let context = EventHandler(handle).context
        let id = virConnectNetworkEventRegisterAny(
            pointer, network?.pointer, Int32(VIR_NETWORK_EVENT_ID_LIFECYCLE.rawValue),
            unsafeBitCast(callback, to: virConnectNetworkEventGenericCallback.self), context,
            releaseEventHandler)
        return try subscription(id, context) { virConnectNetworkEventDeregisterAny($0, $1) }
    }

    /// Calls `handle` when a pool (any, if `nil`) changes: with a `virStoragePoolEventLifecycleType`,
    /// or where `refresh` is asked for, when it was refreshed.
    /// C: `virConnectStoragePoolEventRegisterAny`.
    package func subscribe(
        toPool pool: StoragePool?, refresh: Bool,
        _ handle: @escaping @Sendable (NamedEvent) -> Void
    ) throws(LibvirtError) -> EventSubscription {
        let lifecycle: virConnectStoragePoolEventLifecycleCallback = { _, pool, event, _, context in
            let name = lifecycleName(virStoragePoolGetName(pool))
            EventHandler.call(context, NamedEvent(name: name, event: event))
        }
        let generic: virConnectStoragePoolEventGenericCallback = { _, pool, context in
            let name = lifecycleName(virStoragePoolGetName(pool))
            EventHandler.call(context, NamedEvent(name: name, event: nil))
        }
        let context = EventHandler(handle).context
        let kind = refresh ? VIR_STORAGE_POOL_EVENT_ID_REFRESH : VIR_STORAGE_POOL_EVENT_ID_LIFECYCLE
        let id = virConnectStoragePoolEventRegisterAny(
            pointer, pool?.pointer, Int32(kind.rawValue),
            refresh
                ? generic
                : unsafeBitCast(lifecycle, to: virConnectStoragePoolEventGenericCallback.self),
            context, releaseEventHandler)
        return try subscription(id, context) { virConnectStoragePoolEventDeregisterAny($0, $1) }
    }

    /// What QEMU told about a domain. `details` is JSON; `nil` where there is none.
    package struct MonitorEvent: Sendable {
        package let domain: String
        package let name: String
        package let seconds: Int64
        package let microseconds: UInt32
        package let details: String?
    }

    /// Calls `handle` when QEMU tells something; `nil` means any domain, any event.
    /// C: `virConnectDomainQemuMonitorEventRegister`.
    package func subscribe(
        toMonitorOf domain: Domain?, event: String?, regex: Bool, ignoringCase: Bool,
        _ handle: @escaping @Sendable (MonitorEvent) -> Void
    ) throws(LibvirtError) -> EventSubscription {
        let flags =
            (regex ? VIR_CONNECT_DOMAIN_QEMU_MONITOR_EVENT_REGISTER_REGEX.rawValue : 0)
            | (ignoringCase ? VIR_CONNECT_DOMAIN_QEMU_MONITOR_EVENT_REGISTER_NOCASE.rawValue : 0)
        let context = EventHandler(handle).context
        let id = virConnectDomainQemuMonitorEventRegister(
            pointer, domain?.pointer, event,
            { _, domain, event, seconds, micros, details, context in
                EventHandler.call(
                    context,
                    MonitorEvent(
                        domain: lifecycleName(virDomainGetName(domain)),
                        name: event.map { String(libvirt: $0) } ?? "", seconds: seconds,
                        microseconds: micros, details: details.map { String(libvirt: $0) }))
            }, context, releaseEventHandler, flags)
        return try subscription(id, context) {
            virConnectDomainQemuMonitorEventDeregister($0, $1)
        }
    }

    /// What a registration gave, or its error; then nobody releases the handler but we.
    func subscription(
        _ id: Int32, _ context: UnsafeMutableRawPointer,
        _ remove: @escaping @Sendable (virConnectPtr, Int32) -> Int32
    ) throws(LibvirtError) -> EventSubscription {
        do throws(LibvirtError) {
            return EventSubscription(self, try check(id), remove)
        } catch {
            releaseEventHandler(context)
            throw error
        }
    }
}
