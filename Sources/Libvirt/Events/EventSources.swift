import CLibvirt
import CSystem
import Glibc
import Synchronization
import System

/// The descriptors and timers that libvirt has given to the event loop. All threads may change them
/// at any time; the loop's thread is woken only if it would otherwise do something too late.
///
/// libvirt's rules for callbacks apply: none runs under a lock, and the context of one that was
/// removed is released by the loop's thread.
final class EventSources: Sendable {
    /// A C function with its context. libvirt allows any thread to pass them on.
    struct Callback<Function: Sendable>: Sendable {
        let function: Function
        nonisolated(unsafe) let context: UnsafeMutableRawPointer?
        let release: virFreeCallback?

        init(
            _ function: Function, _ context: UnsafeMutableRawPointer?, _ release: virFreeCallback?
        ) {
            self.function = function
            self.context = context
            self.release = release
        }

        /// `nil` if nothing is to be released.
        var removed: Removed? { release.map { Removed(release: $0, context: context) } }
    }

    /// A context that libvirt does not need any more.
    struct Removed: Sendable {
        let release: @convention(c) (UnsafeMutableRawPointer?) -> Void
        nonisolated(unsafe) let context: UnsafeMutableRawPointer?
    }

    private struct Watch {
        let descriptor: Int32
        let callback: Callback<virEventHandleCallback>
        /// What libvirt waits for; 0 if the watch is turned off.
        var events: UInt32
        /// The descriptor in the epoll set: another one of the same file if the set has
        /// `descriptor` already.
        var registered: Int32
    }

    private struct Timer {
        let callback: Callback<virEventTimeoutCallback>
        /// Negative if the timer is turned off.
        var milliseconds: Int32
        var due: ContinuousClock.Instant
    }

    private struct State {
        var watches: [Int32: Watch] = [:]
        var timers: [Int32: Timer] = [:]
        var lastID: Int32 = 0
        var removed: [Removed] = []
        /// Until when the loop's thread sleeps if nothing wakes it; `nil` if it is awake.
        var sleepEnd: ContinuousClock.Instant?

        mutating func newID() -> Int32 {
            repeat {
                lastID = lastID == .max ? 1 : lastID + 1
            } while watches[lastID] != nil || timers[lastID] != nil
            return lastID
        }
    }

    private let epoll: FileDescriptor
    private let wakeup: Wakeup
    private let state = Mutex(State())

    /// Of the events of `wakeup`; libvirt's are positive.
    private static let wakeupID: Int32 = 0
    /// Longer than any sleep.
    private static let never = Duration.seconds(86400)

    /// `nil` if no descriptors are left.
    static func make() -> EventSources? {
        do throws(SystemError) { return try EventSources() } catch { return nil }
    }

    private init() throws(SystemError) {
        let number = atex_epoll()
        guard number >= 0 else { throw .last }
        epoll = FileDescriptor(owning: number)
        wakeup = try Wakeup()
        guard
            atex_epoll_add(
                number, wakeup.descriptorNumber, UInt32(POLLIN), Self.wakeupID) == 0
        else { throw .last }
    }

    /// Wakes the loop's thread if it sleeps for longer than until `due`.
    private func wake(_ state: State, before due: ContinuousClock.Instant? = nil) {
        guard let end = state.sleepEnd else { return }
        if let due, due >= end { return }
        wakeup.wake()
    }

    // MARK: Descriptors

    /// Returns the ID of the watch, or -1. C: `virEventAddHandleFunc`.
    func watch(
        _ descriptor: Int32, _ events: Int32, _ callback: Callback<virEventHandleCallback>
    ) -> Int32 {
        state.withLock { state in
            let id = state.newID()
            var watch = Watch(
                descriptor: descriptor, callback: callback, events: 0, registered: -1)
            guard set(&watch, id, epollEvents(events)) else { return -1 }
            state.watches[id] = watch
            return id
        }
    }

    /// C: `virEventUpdateHandleFunc`.
    func change(watch id: Int32, _ events: Int32) {
        state.withLock { state in
            guard var watch = state.watches[id] else { return }
            _ = set(&watch, id, epollEvents(events))
            state.watches[id] = watch
        }
    }

    /// C: `virEventRemoveHandleFunc`.
    func remove(watch id: Int32) -> Bool {
        state.withLock { state in
            guard var watch = state.watches.removeValue(forKey: id) else { return false }
            _ = set(&watch, id, 0)
            forget(watch.callback.removed, &state)
            return true
        }
    }

    /// A watch that is turned off is not in the set: epoll reports errors and a hangup in any case.
    private func set(_ watch: inout Watch, _ id: Int32, _ events: UInt32) -> Bool {
        let (before, set) = (watch.events, epoll.number)
        watch.events = events
        if events == 0 {
            guard before != 0 else { return true }
            atex_epoll_remove(set, watch.registered)
            if watch.registered != watch.descriptor { close(watch.registered) }
            watch.registered = -1
            return true
        }
        if before != 0 { return atex_epoll_change(set, watch.registered, events, id) == 0 }
        watch.registered = watch.descriptor
        if atex_epoll_add(set, watch.descriptor, events, id) == 0 { return true }
        // Another watch has the descriptor.
        if errno == EEXIST {
            watch.registered = fcntl(watch.descriptor, F_DUPFD_CLOEXEC, 3)
            if watch.registered >= 0 {
                if atex_epoll_add(set, watch.registered, events, id) == 0 { return true }
                close(watch.registered)
            }
        }
        watch.events = 0
        watch.registered = -1
        return false
    }

    /// epoll's constants have the values of poll's.
    private static let translation: [(libvirt: Int32, epoll: UInt32)] = [
        (Int32(VIR_EVENT_HANDLE_READABLE.rawValue), UInt32(POLLIN)),
        (Int32(VIR_EVENT_HANDLE_WRITABLE.rawValue), UInt32(POLLOUT)),
        (Int32(VIR_EVENT_HANDLE_ERROR.rawValue), UInt32(POLLERR)),
        (Int32(VIR_EVENT_HANDLE_HANGUP.rawValue), UInt32(POLLHUP)),
    ]

    private func epollEvents(_ events: Int32) -> UInt32 {
        Self.translation.reduce(0) { events & $1.libvirt != 0 ? $0 | $1.epoll : $0 }
    }

    private func libvirtEvents(_ events: UInt32) -> Int32 {
        Self.translation.reduce(0) { events & $1.epoll != 0 ? $0 | $1.libvirt : $0 }
    }

    // MARK: Timers

    /// Returns the ID of the timer. C: `virEventAddTimeoutFunc`.
    func time(_ milliseconds: Int32, _ callback: Callback<virEventTimeoutCallback>) -> Int32 {
        state.withLock { state in
            let id = state.newID()
            state.timers[id] = Timer(callback: callback, milliseconds: -1, due: .now)
            set(timer: id, milliseconds, &state)
            return id
        }
    }

    /// C: `virEventUpdateTimeoutFunc`.
    func change(timer id: Int32, _ milliseconds: Int32) {
        state.withLock { set(timer: id, milliseconds, &$0) }
    }

    private func set(timer id: Int32, _ milliseconds: Int32, _ state: inout State) {
        guard state.timers[id] != nil else { return }
        let due = ContinuousClock.now + .milliseconds(milliseconds)
        state.timers[id]?.milliseconds = milliseconds
        state.timers[id]?.due = due
        // A timer that rings later than before needs no wakeup: the thread looks when it wakes.
        if milliseconds >= 0 { wake(state, before: due) }
    }

    /// C: `virEventRemoveTimeoutFunc`.
    func remove(timer id: Int32) -> Bool {
        state.withLock { state in
            guard let timer = state.timers.removeValue(forKey: id) else { return false }
            forget(timer.callback.removed, &state)
            return true
        }
    }

    /// libvirt may hold a lock that the release needs: the loop's thread does it.
    private func forget(_ removed: Removed?, _ state: inout State) {
        guard let removed else { return }
        state.removed.append(removed)
        wake(state)
    }

    // MARK: The loop's thread

    /// Waits for events and timers, and runs their callbacks. Returns false after an error.
    func runOnce() -> Bool {
        let (removed, wait) = state.withLock { state in
            let removed = state.removed
            state.removed = []
            let now = ContinuousClock.now
            let due = state.timers.values.filter { $0.milliseconds >= 0 }.map(\.due).min()
            state.sleepEnd = due ?? now + Self.never
            return (removed, due.map { max(.zero, $0 - now) })
        }
        // What was removed now is released at once: then this turn must not sleep.
        let milliseconds =
            removed.isEmpty ? wait.map { Int32(($0 / .milliseconds(1)).rounded(.up)) } ?? -1 : 0
        for removed in removed { removed.release(removed.context) }
        let none = atex_epoll_event(id: 0, events: 0)
        return withUnsafeTemporaryAllocation(
            of: atex_epoll_event.self, capacity: ATEX_EPOLL_COUNT
        ) { events in
            events.initialize(repeating: none)
            let count = atex_epoll_wait(epoll.number, events.baseAddress, milliseconds)
            let isInterrupted = count < 0 && errno == EINTR
            state.withLock { $0.sleepEnd = nil }
            guard count >= 0 || isInterrupted else { return false }
            for event in events.prefix(max(0, Int(count))) { report(event) }
            ring()
            return true
        }
    }

    private func report(_ event: atex_epoll_event) {
        guard event.id != Self.wakeupID else {
            _ = wakeup.clear()
            return
        }
        // Copied out: the callback may change or remove the watch.
        let watch = state.withLock { $0.watches[event.id] }
        // It may have been turned off since the event.
        guard let watch, watch.events != 0 else { return }
        let always = UInt32(POLLERR) | UInt32(POLLHUP)
        let events = event.events & (watch.events | always)
        guard events != 0 else { return }
        watch.callback.function(
            event.id, watch.descriptor, libvirtEvents(events), watch.callback.context)
    }

    private func ring() {
        let now = ContinuousClock.now
        let due = state.withLock { state in
            state.timers.filter { $0.value.milliseconds >= 0 && $0.value.due <= now }.map(\.key)
        }
        for id in due {
            let callback: Callback<virEventTimeoutCallback>? = state.withLock { state in
                // A callback before this one may have changed or removed it.
                guard let timer = state.timers[id], timer.milliseconds >= 0, timer.due <= now
                else { return nil }
                state.timers[id]?.due = now + .milliseconds(timer.milliseconds)
                return timer.callback
            }
            callback?.function(id, callback?.context)
        }
    }
}
