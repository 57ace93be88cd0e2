package import Libvirt
package import System

/// Gate 4: what a session is about to do to an object that it may see. Each method is asked right
/// before the effect, and throws a `Denial` if the role does not permit it. Without a role nothing
/// is denied.
package protocol EffectGate: AnyObject {
    // MARK: Domains

    /// A domain is changed: started, stopped, redefined, given input, removed.
    func willChange(_ domain: Domain) throws
    /// A guest is looked into: its console, its screen, its ports, what its agent says.
    func willLookInto(_ domain: Domain) throws
    /// The same for what goes on without libvirt.
    func willLookInto(domainNamed name: String) throws
    /// A domain is started with the disks that its XML names now, which changes it.
    func willStart(_ domain: Domain) throws
    /// A domain of this name, which must be new, is defined, created, or renamed to it.
    func willCreateDomain(named name: String) throws
    /// The domain of this name is changed, or created if there is none.
    func willCreateOrChange(domain name: String) throws
    /// A domain gets a name that no other one has.
    func willRename(_ domain: Domain, to name: String) throws
    /// A port of a guest is connected to.
    func willConnect(to port: UInt16, of domain: Domain) throws

    // MARK: Check and effect

    /// Begins a section from a check to its effect. Only one session with a role at a time is in a
    /// section, which may contain others; it must not wait for a client or for a reservation.
    /// Waits while another session is in one; throws `Busy` if that takes too long.
    func enterSection() throws
    /// Ends what the matching `enterSection` began.
    func leaveSection()
    /// Keeps locks on the volumes that were examined in this section after its end: until
    /// `releaseVolumes`, other sessions with a role get `Busy` if they use a volume that will be
    /// written, or write to one that will be read.
    func keepVolumes() throws
    func releaseVolumes()

    // MARK: Volumes

    /// A pool is used, or one of its volumes.
    func willUse(_ pool: StoragePool) throws
    /// The bytes of a volume are read: copied, downloaded or cloned.
    func willRead(_ volume: VolumeName) throws
    /// The content is still being read, at the pace of the client; asked again and again. `file`: what
    /// is read, unless libvirt reads it.
    func willGoOnReading(_ volume: VolumeName, _ file: () throws -> FileStatus?) throws
    /// A volume is created, replaced, changed or removed.
    func willWrite(_ volume: VolumeName) throws
    /// A volume gets this content, which can no longer change. `willWrite` has been asked.
    /// Returns the capacity that the volume will have.
    @discardableResult
    func willReceive(_ image: ImageBytes, into volume: VolumeName) throws -> UInt64
    /// The first bytes of an existing volume are replaced by these. `willWrite` has been asked.
    func willOverlay(_ image: ImageBytes, onto volume: VolumeName) throws
    /// libvirt receives the bytes of a volume under its final name, so that others see them before
    /// they can be judged.
    func willStream(into volume: VolumeName) throws
    /// An existing volume is cloned, converted or resized, by a program that opens it in the format
    /// that its content seems to have.
    func willReshape(_ volume: VolumeName) throws
    /// The XML of a new volume to give to libvirt instead of the client's. Counts its capacity.
    /// With `original`, the volume gets the content of that one, maybe converted.
    func judged(
        volume xml: String, in pool: String, from original: VolumeName?
    ) throws -> PermittedXML
    /// The same for a clone in the pool of its original. `xml` is the client's: the original's with
    /// the new name.
    func judged(
        clone xml: String, of original: VolumeName, named name: String
    ) throws -> PermittedXML
    /// A guest on demand gets a disk with the content of a volume that the client named, and opens
    /// it in this format.
    func willClone(_ image: ImageBytes, as format: String, of volume: VolumeName) throws
    /// A guest on demand gets disks with the content of those of its template.
    func willClone(disksOf template: Domain) throws
    /// A guest on demand gets a disk in this pool. `isNamed`: the client has named the pool, which
    /// else may be hidden.
    func willMakeDisk(inPool pool: String, isNamed: Bool) throws
    /// The XML of a volume as a client may see it.
    func shown(volumeXML xml: String) throws -> String
    /// A disk of a running domain gets another size, in bytes. The client named it by its target
    /// or its source.
    func willResize(disk: String, of domain: Domain, to bytes: UInt64) throws
    /// Whether the file with a domain's firmware variables may be removed with its old system.
    func mayRemove(nvram path: String, ofDomain name: String) -> Bool
    /// A file is created in the session's directory, or replaced there.
    func willMakeFile(named name: String) throws
    /// This many bytes are stored on the host: uploaded, or the capacity of a new volume.
    func willStore(bytes: UInt64) throws
    /// Some of these bytes have been removed, or will be at once.
    func hasRemoved(bytes: UInt64)

    // MARK: XML

    /// The XML of a domain to give to libvirt instead of the client's. It asks for the name's lock
    /// or the domain's change, too.
    func judged(domain xml: String) throws -> PermittedXML
    /// The same for a device of a domain.
    func judged(
        device xml: String, to change: DeviceChange, _ domain: Domain
    ) throws -> PermittedXML
    /// A device that libvirt reported, possibly with a value that the caller has set and checked.
    func judged(presentDevice xml: String, of domain: Domain) throws -> PermittedXML
    func judged(snapshot xml: String, of domain: Domain) throws -> PermittedXML
    func judged(checkpoint xml: String, of domain: Domain) throws -> PermittedXML
    /// The metadata of a domain in an XML namespace; `nil` removes it.
    func judged(metadata xml: String?, namespace: String) throws -> String?
    /// The text of a domain's title or description.
    func willDescribe(_ text: String) throws
    /// The definition of a domain is replaced: its present XML must not contain what a client could
    /// not have put there.
    func willRedefine(_ domain: Domain) throws
    func willDetach(alias: String, from domain: Domain) throws
    /// libvirt then reacts to an event of the guest by this action.
    func willSet(
        _ action: Domain.LifecycleAction, for event: Domain.LifecycleEvent, of domain: Domain
    ) throws
    /// The definition is removed, and with `removingNVRAM` the file of the firmware's variables.
    func willUndefine(_ domain: Domain, removingNVRAM: Bool) throws
    func willRevert(_ domain: Domain, to snapshot: DomainSnapshot) throws
    /// A snapshot of a domain is deleted, and perhaps those that were made from it.
    func willDelete(_ snapshot: DomainSnapshot, of domain: Domain, withChildren: Bool) throws
}

extension EffectGate {
    /// Runs a check and its effect in one section; see `enterSection`.
    package func exclusively<Value>(_ body: () throws -> Value) throws -> Value {
        try enterSection()
        defer { leaveSection() }
        return try body()
    }

    /// The same for an effect on volumes that can last minutes. Others wait only for the check.
    package func exclusively<Checked, Value>(
        _ check: () throws -> Checked, thenSlowly effect: (Checked) throws -> Value
    ) throws -> Value {
        let checked = try exclusively {
            let checked = try check()
            try keepVolumes()
            return checked
        }
        defer { releaseVolumes() }
        return try effect(checked)
    }

    /// The XML of a new and empty volume.
    package func judged(volume xml: String, in pool: String) throws -> PermittedXML {
        try judged(volume: xml, in: pool, from: nil)
    }
}

/// What happens to a device.
package enum DeviceChange: Sendable { case attach, update, detach }

/// A volume by the names of the pool and of the volume.
package struct VolumeName: Hashable, Sendable {
    package let pool: String
    package let name: String

    package init(pool: String, name: String) {
        self.pool = pool
        self.name = name
    }
}

/// The gate of a session without a role.
package final class UnconfinedGate: EffectGate {
    private let checkChange: (_ name: () throws -> String) throws -> Void

    /// `checkChange` throws if the domain of this name must not be changed now.
    package init(_ checkChange: @escaping (_ name: () throws -> String) throws -> Void = { _ in }) {
        self.checkChange = checkChange
    }

    package func willChange(_ domain: Domain) throws { try checkChange { try domain.name() } }
    package func willLookInto(_ domain: Domain) {}
    package func willLookInto(domainNamed name: String) {}
    package func willStart(_ domain: Domain) throws { try willChange(domain) }
    package func willCreateDomain(named name: String) {}
    package func willCreateOrChange(domain name: String) throws { try checkChange { name } }
    package func willRename(_ domain: Domain, to name: String) throws { try willChange(domain) }
    package func willConnect(to port: UInt16, of domain: Domain) {}
    package func enterSection() {}
    package func leaveSection() {}
    package func keepVolumes() {}
    package func releaseVolumes() {}
    package func willUse(_ pool: StoragePool) {}
    package func willRead(_ volume: VolumeName) {}
    package func willGoOnReading(_ volume: VolumeName, _ file: () throws -> FileStatus?) {}
    package func willWrite(_ volume: VolumeName) {}
    package func willReceive(_ image: ImageBytes, into volume: VolumeName) -> UInt64 { image.size }
    package func willOverlay(_ image: ImageBytes, onto volume: VolumeName) {}
    package func willStream(into volume: VolumeName) {}
    package func willReshape(_ volume: VolumeName) {}
    package func judged(
        volume xml: String, in pool: String, from original: VolumeName?
    ) -> PermittedXML { PermittedXML(judged: xml) }
    package func judged(
        clone xml: String, of original: VolumeName, named name: String
    ) -> PermittedXML { PermittedXML(judged: xml) }
    package func willClone(_ image: ImageBytes, as format: String, of volume: VolumeName) {}
    package func willClone(disksOf template: Domain) {}
    package func willMakeDisk(inPool pool: String, isNamed: Bool) {}
    package func shown(volumeXML xml: String) -> String { xml }
    package func willResize(disk: String, of domain: Domain, to bytes: UInt64) {}
    package func mayRemove(nvram path: String, ofDomain name: String) -> Bool { true }
    package func willMakeFile(named name: String) {}
    package func willStore(bytes: UInt64) {}
    package func hasRemoved(bytes: UInt64) {}
    package func judged(domain xml: String) -> PermittedXML { PermittedXML(judged: xml) }
    package func judged(
        device xml: String, to change: DeviceChange, _ domain: Domain
    ) -> PermittedXML { PermittedXML(judged: xml) }
    package func judged(presentDevice xml: String, of domain: Domain) -> PermittedXML {
        PermittedXML(judged: xml)
    }
    package func judged(snapshot xml: String, of domain: Domain) -> PermittedXML {
        PermittedXML(judged: xml)
    }
    package func judged(checkpoint xml: String, of domain: Domain) -> PermittedXML {
        PermittedXML(judged: xml)
    }
    package func judged(metadata xml: String?, namespace: String) -> String? { xml }
    package func willDescribe(_ text: String) {}
    package func willRedefine(_ domain: Domain) {}
    package func willDetach(alias: String, from domain: Domain) {}
    package func willSet(
        _ action: Domain.LifecycleAction, for event: Domain.LifecycleEvent, of domain: Domain
    ) {}
    package func willUndefine(_ domain: Domain, removingNVRAM: Bool) {}
    package func willRevert(_ domain: Domain, to snapshot: DomainSnapshot) {}
    package func willDelete(
        _ snapshot: DomainSnapshot, of domain: Domain, withChildren: Bool
    ) throws { try willChange(domain) }
}
