package import Libvirt

/// Gate 4: what a session is about to do to an object that it may see. Each method is asked right
/// before the effect, and throws a `Denial` if the role does not permit it. Without a role nothing
/// is denied.
package protocol EffectGate: AnyObject {
    // MARK: Domains

    /// A domain is changed: started, stopped, redefined, given input, removed.
    func willChange(_ domain: Domain) throws
    /// A guest is looked into: its console, its screen, its ports, what its agent says.
    func willLookInto(_ domain: Domain) throws
    /// A domain is started with the disks that its XML names now. `willChange` has been asked.
    func willStart(_ domain: Domain) throws
    /// A domain of this name, which must be new, is defined, created, or renamed to it.
    func willCreateDomain(named name: String) throws
    /// A port of a guest is connected to.
    func willConnect(to port: UInt16, of domain: Domain) throws

    // MARK: Volumes

    /// The bytes of a volume are read: copied, downloaded or cloned.
    func willRead(_ volume: VolumeName) throws
    /// A volume is created, replaced, changed or removed.
    func willWrite(_ volume: VolumeName) throws
    /// This many bytes are stored on the host: uploaded, or the capacity of a new volume.
    func willStore(bytes: UInt64) throws

    // MARK: XML

    /// The XML to give to libvirt instead of the client's. `domain` is the one that it changes.
    func judged(_ xml: String, as kind: XMLKind, of domain: Domain?) throws -> String
    /// The definition of a domain is changed or removed: its present XML must not contain what a
    /// client could not have put there.
    func willRedefine(_ domain: Domain) throws
}

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
    package init() {}
    package func willChange(_ domain: Domain) {}
    package func willLookInto(_ domain: Domain) {}
    package func willStart(_ domain: Domain) {}
    package func willCreateDomain(named name: String) {}
    package func willConnect(to port: UInt16, of domain: Domain) {}
    package func willRead(_ volume: VolumeName) {}
    package func willWrite(_ volume: VolumeName) {}
    package func willStore(bytes: UInt64) {}
    package func judged(_ xml: String, as kind: XMLKind, of domain: Domain?) -> String { xml }
    package func willRedefine(_ domain: Domain) {}
}
