import CLibvirt

extension Connection {
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
                        domain: text(virDomainGetName(domain)) ?? "",
                        name: event.map { String(libvirt: $0) } ?? "", seconds: seconds,
                        microseconds: micros, details: details.map { String(libvirt: $0) }))
            }, context, releaseEventHandler, flags)
        return try subscription(id, context) {
            virConnectDomainQemuMonitorEventDeregister($0, $1)
        }
    }
}
