import InstallMedia
import Libvirt
import Lifetime
import Synchronization
import XML

/// The volumes that a run creates, for the rollback, which may run on another thread.
final class CreatedVolumes: Sendable {
    private let volumes = Mutex<[(name: String, volume: StorageVolume)]>([])
    private let staysWithDomain: Bool

    /// `staysWithDomain`: once the domain is created, the volumes belong to it and are kept.
    init(staysWithDomain: Bool = true) { self.staysWithDomain = staysWithDomain }

    /// Creates the volumes that are planned for the guest's disks.
    /// virt-install 4.1.0: `StorageVolume.install`.
    func create(for guest: Guest, _ meter: ProgressMeter) throws {
        for disk in guest.devices("disk") {
            guard var storage = guest.storage[disk], let plan = storage.plan, !storage.wasCreated
            else { continue }
            meter.show(.began("Allocating '\(plan.name)'", total: Int64(clamping: plan.capacity)))
            let xml = try guest.host.gate.judge(
                volume: plan.xml, in: plan.pool.name)
            let volume = try create(plan, xml: xml, isTest: guest.host.isTest)
            let done = guest.version < .v50 ? plan.allocation : plan.capacity
            meter.show(.ended(done: Int64(clamping: done)))
            storage.volume = volume
            storage.wasCreated = true
            guest.storage[disk] = storage
        }
    }

    private func create(
        _ plan: VolumePlan, xml: PermittedXML, isTest: Bool
    ) throws -> StorageVolume {
        let target = try Document(parsing: xml.text).root
        let isPlainQCOW2 =
            target.value("target/format/@type") == "qcow2" && !target.has("backingStore")
        do throws(LibvirtError) {
            // Creation and registration are one step: a rollback from another thread waits for it,
            // and after a rollback has started, no step begins.
            return try CriticalSection.run { () throws(LibvirtError) in
                // The test driver rejects this flag.
                let volume = try plan.pool.pool.createVolume(
                    xml: xml, isPlainQCOW2 && !isTest ? .preallocateMetadata : [])
                volumes.withLock { $0.append((plan.name, volume)) }
                return volume
            }
        } catch {
            throw InstallFailure(
                "Couldn't create storage volume '\(plan.name)': '\(error.message)'")
        }
    }

    /// The volumes now belong to the domain, unless it is to be destroyed with them.
    func domainWasCreated() { if staysWithDomain { volumes.withLock { $0 = [] } } }

    /// Removes all of them; shows each removal if there is a meter.
    func remove(showing meter: ProgressMeter? = nil) {
        // One by one, so that two threads never remove the same volume.
        while let (name, volume) = volumes.withLock({ $0.popLast() }) {
            meter?.show(.began("Removing disk '\(name)'", total: nil))
            do throws(LibvirtError) { try volume.delete() } catch {
                // The error that caused the rollback is reported instead.
            }
            meter?.show(.ended(done: 0))
        }
    }
}
