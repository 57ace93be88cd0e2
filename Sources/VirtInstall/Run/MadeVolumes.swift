import Host
import InstallMedia
import Libvirt
import Synchronization
import XML

/// The volumes that a run made; safe to be removed by another thread.
final class MadeVolumes: Sendable {
    private let volumes = Mutex<[(name: String, volume: StorageVolume)]>([])
    private let staysWithDomain: Bool

    /// `staysWithDomain`: as soon as there is a domain they are no longer the run's.
    init(staysWithDomain: Bool = true) { self.staysWithDomain = staysWithDomain }

    /// Makes the volumes that the guest's disks are to have.
    /// virt-install 4.1.0: `StorageVolume.install`.
    func make(_ guest: Guest, _ meter: ProgressMeter) throws {
        for disk in guest.devices("disk") {
            guard var storage = guest.storage[disk], let plan = storage.plan, !storage.wasMade
            else { continue }
            meter.show(.began("Allocating '\(plan.name)'", total: Int64(clamping: plan.capacity)))
            let volume = try make(plan, isTest: guest.host.isTest)
            meter.show(.ended(done: Int64(clamping: plan.allocation)))
            storage.volume = volume
            storage.wasMade = true
            guest.storage[disk] = storage
        }
    }

    private func make(_ plan: VolumePlan, isTest: Bool) throws -> StorageVolume {
        let target = try Document(parsing: plan.xml).root
        let isPlainQCOW2 =
            target.value("target/format/@type") == "qcow2" && !target.has("backingStore")
        do throws(LibvirtError) {
            // Once they are being removed, no new one comes.
            return try Lifeline.step { () throws(LibvirtError) in
                let volume = try plan.pool.pool.createVolume(
                    xml: plan.xml, isPlainQCOW2 && !isTest ? .preallocateMetadata : [])
                volumes.withLock { $0.append((plan.name, volume)) }
                return volume
            }
        } catch {
            throw InstallFailure(
                "Couldn't create storage volume '\(plan.name)': '\(error.message)'")
        }
    }

    /// A domain has them now.
    func wereTaken() { if staysWithDomain { volumes.withLock { $0 = [] } } }

    /// Removes all of them.
    func remove(telling meter: ProgressMeter? = nil) {
        while let (name, volume) = volumes.withLock({ $0.popLast() }) {
            meter?.show(.began("Removing disk '\(name)'", total: nil))
            do throws(LibvirtError) { try volume.delete() } catch {
                LibvirtError.forgetReported()
            }
            meter?.show(.ended(done: 0))
        }
    }
}
