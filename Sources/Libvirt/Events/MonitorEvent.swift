import CLibvirt

extension Connection {
    /// An event that QEMU's monitor sent.
    package struct MonitorEvent: Sendable {
        /// The domain's name; empty if libvirt cannot name it.
        package let domain: String
        /// QEMU's name of the event, e.g. `SHUTDOWN`.
        package let name: String
        /// The time of the event, in seconds since 1970.
        package let seconds: Int64
        /// To be added to `seconds`.
        package let microseconds: UInt32
        /// JSON, e.g. `{"guest":true}`; `nil` if there is none.
        package let details: String?
    }

    /// Calls `handle` on the event loop's thread when QEMU sends an event. `nil` stands for any
    /// domain or any event; with `regex`, `event` is a regular expression.
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
                        domain: text(virDomainGetName(domain)) ?? "",
                        name: event.map { String(libvirt: $0) } ?? "", seconds: seconds,
                        microseconds: micros, details: details.map { String(libvirt: $0) }))
            }, context, releaseEventHandler, flags)
        return try subscription(id, context) {
            virConnectDomainQemuMonitorEventDeregister($0, $1)
        }
    }
}
