import CLibvirt
import Policy

/// A domain: a guest of the host, running or only defined. C: `virDomainPtr`.
package final class Domain: Sendable {
    // Safe to share: libvirt does its own reference counting and locking.
    nonisolated(unsafe) let pointer: virDomainPtr

    /// Takes ownership of a reference that libvirt returned.
    init(adopting pointer: virDomainPtr) { self.pointer = pointer }
    deinit { virDomainFree(pointer) }

    /// The name, unique on the host. C: `virDomainGetName`.
    package func name() throws(LibvirtError) -> String {
        // The name belongs to the object, as that of all other objects: copy it and do not free
        // it.
        String(libvirt: try check(virDomainGetName(pointer)))
    }

    /// The number of a running domain; `nil` if it does not run, as of the call that returned this
    /// object. C: `virDomainGetID`.
    package var id: UInt32? {
        let id = virDomainGetID(pointer)  // -1 as an unsigned number if there is none
        return id == UInt32.max ? nil : id
    }

    /// The UUID, e.g. `4dea22b3-1d52-d8f3-2516-782e98ab3fa0`.
    /// C: `virDomainGetUUIDString`.
    package func uuid() throws(LibvirtError) -> String {
        try uuidText { (text) throws(LibvirtError) in
            try check(virDomainGetUUIDString(pointer, text))
        }
    }

    /// Which description of a domain is meant. C: `virDomainXMLFlags`.
    package struct XMLFlags: OptionSet, Sendable {
        package let rawValue: UInt32
        package init(rawValue: UInt32) { self.rawValue = rawValue }
        /// With passwords. C: `VIR_DOMAIN_XML_SECURE`.
        package static let secure = Self(rawValue: VIR_DOMAIN_XML_SECURE.rawValue)
        /// For the next start, not the running one. C: `VIR_DOMAIN_XML_INACTIVE`.
        package static let inactive = Self(rawValue: VIR_DOMAIN_XML_INACTIVE.rawValue)
        package static let updateCPU = Self(rawValue: VIR_DOMAIN_XML_UPDATE_CPU.rawValue)
        package static let migratable = Self(rawValue: VIR_DOMAIN_XML_MIGRATABLE.rawValue)
    }

    /// The description, a document `<domain>`. C: `virDomainGetXMLDesc`.
    package func xml(_ flags: XMLFlags = []) throws(LibvirtError) -> String {
        String(freeing: try check(virDomainGetXMLDesc(pointer, flags.rawValue)))
    }

    /// Whether the domain runs, possibly paused. C: `virDomainIsActive`.
    package func isActive() throws(LibvirtError) -> Bool {
        try check(virDomainIsActive(pointer)) > 0
    }

    /// Whether the domain stays defined when it ends. C: `virDomainIsPersistent`.
    package func isPersistent() throws(LibvirtError) -> Bool {
        try check(virDomainIsPersistent(pointer)) > 0
    }
}

extension Connection {
    /// The running domain with this number. `LibvirtError.Code.noDomain` if there is none.
    /// C: `virDomainLookupByID`.
    package func domain(id: Int32) throws(LibvirtError) -> Domain {
        guard policy.showsAllObjects else {
            return try granted(
                domains(.active), .noDomain, "Domain not found: no domain with matching id \(id)"
            ) { $0.id == UInt32(bitPattern: id) }
        }
        return Domain(adopting: try check(virDomainLookupByID(pointer, id)))
    }

    /// The domain with this UUID; see `domain(id:)`. C: `virDomainLookupByUUIDString`.
    package func domain(uuid: String) throws(LibvirtError) -> Domain {
        guard policy.showsAllObjects else {
            return try granted(
                domains(), .noDomain, "Domain not found: no domain with matching uuid '\(uuid)'"
            ) { (domain) throws(LibvirtError) in isSame(uuid: try domain.uuid(), as: uuid) }
        }
        return Domain(adopting: try check(virDomainLookupByUUIDString(pointer, uuid)))
    }

    /// The domain with this name; see `domain(id:)`. C: `virDomainLookupByName`.
    package func domain(name: String) throws(LibvirtError) -> Domain {
        guard policy.showsAllObjects else {
            return try granted(
                domains(), .noDomain, "Domain not found: no domain with matching name '\(name)'"
            ) { (domain) throws(LibvirtError) in isSame(try domain.name(), name) }
        }
        return Domain(adopting: try check(virDomainLookupByName(pointer, name)))
    }

    /// The domain that has both this name and this UUID; see `domain(id:)`. For what is decided
    /// once and done later: libvirt acts on whichever domain has the UUID of an object by then, and
    /// a new domain can get the UUID, or the name, of one that was removed.
    package func domain(name: String, uuid: String) throws(LibvirtError) -> Domain {
        let domain = try domain(name: name)
        if isSame(uuid: try domain.uuid(), as: uuid) { return domain }
        return try granted(
            [], .noDomain, "Domain not found: domain '\(name)' was replaced meanwhile"
        ) { _ in false }
    }

    /// Which domains a list contains. The flags form groups, e.g. `active` and `inactive`; a group
    /// without a flag does not filter.
    /// C: `virConnectListAllDomainsFlags`.
    package struct DomainFilter: OptionSet, Sendable {
        package let rawValue: UInt32
        package init(rawValue: UInt32) { self.rawValue = rawValue }
        private init(_ flag: virConnectListAllDomainsFlags) { rawValue = flag.rawValue }
        package static let active = Self(VIR_CONNECT_LIST_DOMAINS_ACTIVE)
        package static let inactive = Self(VIR_CONNECT_LIST_DOMAINS_INACTIVE)
        package static let persistent = Self(VIR_CONNECT_LIST_DOMAINS_PERSISTENT)
        package static let transient = Self(VIR_CONNECT_LIST_DOMAINS_TRANSIENT)
        package static let running = Self(VIR_CONNECT_LIST_DOMAINS_RUNNING)
        package static let paused = Self(VIR_CONNECT_LIST_DOMAINS_PAUSED)
        package static let shutOff = Self(VIR_CONNECT_LIST_DOMAINS_SHUTOFF)
        package static let otherState = Self(VIR_CONNECT_LIST_DOMAINS_OTHER)
        package static let withManagedSave = Self(VIR_CONNECT_LIST_DOMAINS_MANAGEDSAVE)
        package static let withoutManagedSave = Self(VIR_CONNECT_LIST_DOMAINS_NO_MANAGEDSAVE)
        package static let autostart = Self(VIR_CONNECT_LIST_DOMAINS_AUTOSTART)
        package static let noAutostart = Self(VIR_CONNECT_LIST_DOMAINS_NO_AUTOSTART)
        package static let withSnapshot = Self(VIR_CONNECT_LIST_DOMAINS_HAS_SNAPSHOT)
        package static let withoutSnapshot = Self(VIR_CONNECT_LIST_DOMAINS_NO_SNAPSHOT)
        package static let withCheckpoint = Self(VIR_CONNECT_LIST_DOMAINS_HAS_CHECKPOINT)
        package static let withoutCheckpoint = Self(VIR_CONNECT_LIST_DOMAINS_NO_CHECKPOINT)
    }

    /// All domains that match the filter, in no order. C: `virConnectListAllDomains`.
    package func domains(_ filter: DomainFilter = []) throws(LibvirtError) -> [Domain] {
        let all = try adoptList(
            { virConnectListAllDomains(pointer, $0, filter.rawValue) }, Domain.init(adopting:))
        guard !policy.showsAllObjects else { return all }
        var granted: [Domain] = []
        for domain in all where policy.shows(domain: try domain.name()) { granted.append(domain) }
        return granted
    }
}
