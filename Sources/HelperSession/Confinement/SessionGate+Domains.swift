import Confinement
import Libvirt
import Policy
import System
import XML

extension SessionGate {
    func willChange(_ domain: Domain) throws {
        let name = try domain.name()
        try reservations.record.lost.check(name)
        guard !role.isReadOnly else {
            throw Denial("domain '\(name)' cannot be changed: this role is read-only")
        }
        switch role.reservation {
        case .no: break
        case .session:
            guard reservations.holds(name) else {
                throw Denial("this session has not reserved domain '\(name)'")
            }
        case .identity:
            guard try reservations.holds(name) || otherHold(on: name) == .sameIdentity else {
                throw Denial("no session of this identity has reserved domain '\(name)'")
            }
        }
        try requirePresent(domain, name)
        try reservations.record.noteUse(of: name)
    }

    /// libvirt acts on the domain that has the UUID of an object by now. Since the object was looked
    /// up, that domain may have got another name, and another domain this one.
    private func requirePresent(_ domain: Domain, _ name: String) throws {
        let present = try hostObjects.domainIfAny(name)
        guard try present?.uuid() == domain.uuid() else {
            throw Busy("domain '\(name)' was renamed or replaced meanwhile; nothing was changed")
        }
    }

    func willRename(_ domain: Domain, to name: String) throws {
        try willChange(domain)
        // libvirt leaves it where it is, and a later domain of the old name gets the same file.
        let os = try Document(parsing: domain.xml(.inactive)).root.elements("os").first
        guard os?.elements("nvram").isEmpty ?? true else {
            throw Denial("a domain whose firmware has a file of variables cannot be renamed")
        }
        try willCreateDomain(named: name)
    }

    func willLookInto(_ domain: Domain) throws {
        try willLookInto(domainNamed: domain.name())
    }

    func willLookInto(domainNamed name: String) throws {
        guard try reservations.holds(name) || otherHold(on: name) != .anotherIdentity else {
            throw Denial("another session has reserved domain '\(name)'")
        }
    }

    func willCreateDomain(named name: String) throws {
        guard !role.isReadOnly else {
            throw Denial("domain '\(name)' cannot be created: this role is read-only")
        }
        try policy.check(newDomainName: name)
        // Before the domain exists: no other session can then take it.
        guard !reservations.holds(name) else {
            return try reservations.record.noteUse(of: name)
        }
        do {
            guard try reservations.reserve(name) else {
                throw Denial("another session has reserved domain '\(name)'")
            }
        } catch let denial as Denial { throw denial } catch {
            // The reason would name files of the host.
            throw Denial("domain '\(name)' cannot be reserved")
        }
    }

    func willConnect(to port: UInt16, of domain: Domain) throws {
        if let denial = policy.denial(ofGuestPort: port) { throw denial }
        try willLookInto(domain)
    }

    private func otherHold(on domain: String) throws -> ReservedDomains.OtherHold {
        do throws(SystemError) { return try reservations.otherHold(on: domain) } catch {
            // The reason would name files of the host.
            throw Denial("the holder of domain '\(domain)' cannot be determined")
        }
    }
}
