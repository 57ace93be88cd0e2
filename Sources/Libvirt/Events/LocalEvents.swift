import CLibvirt
import Synchronization

/// The subscriptions to domain events of a driver without a daemon, such as libvirt's test driver.
/// All threads of a session share its connection, and libvirt registers a function only once for
/// each kind of event and domain: so one registration serves all of their subscriptions.
final class LocalEvents: Sendable {
    private struct Key: Hashable {
        let kind: Int32
        /// `nil`: all domains.
        let uuid: String?
    }

    private typealias Handle = @Sendable (DomainEvent) -> Void

    /// libvirt's numbers of the registrations. Held during calls to libvirt, which such a driver
    /// answers at once, but not by callbacks.
    private let registrations = Mutex<[Key: Int32]>([:])
    private let handlers = Mutex((last: Int32(0), all: [Key: [Int32: Handle]]()))

    /// As `Connection.subscribe(to:of:)`. `register` makes the call of libvirt.
    func subscribe(
        _ connection: Connection, to kind: DomainEvent.Kind, of domain: Domain?,
        _ handle: @escaping @Sendable (DomainEvent) -> Void,
        register: (_ context: UnsafeMutableRawPointer) -> Int32
    ) throws(LibvirtError) -> EventSubscription {
        let key = Key(kind: kind.rawValue, uuid: try domain?.uuid())
        let number = try registrations.withLock { registrations throws(LibvirtError) in
            if registrations[key] == nil {
                let context = EventHandler { [self] in deliver($0, to: key) }.context
                do throws(LibvirtError) {
                    registrations[key] = try check(register(context))
                } catch {
                    releaseEventHandler(context)
                    throw error
                }
            }
            return handlers.withLock { handlers in
                handlers.last += 1
                handlers.all[key, default: [:]][handlers.last] = handle
                return handlers.last
            }
        }
        return EventSubscription(connection, number) { [self] in remove($1, key, $0) }
    }

    /// Runs on the event loop's thread.
    private func deliver(_ event: DomainEvent, to key: Key) {
        for handle in handlers.withLock({ $0.all[key] ?? [:] }).values { handle(event) }
    }

    private func remove(_ number: Int32, _ key: Key, _ connection: virConnectPtr) -> Int32 {
        registrations.withLock { registrations in
            let isLast = handlers.withLock { handlers in
                handlers.all[key]?[number] = nil
                guard handlers.all[key]?.isEmpty == true else { return false }
                handlers.all[key] = nil
                return true
            }
            guard isLast, let id = registrations.removeValue(forKey: key) else { return 0 }
            return virConnectDomainEventDeregisterAny(connection, id)
        }
    }
}
