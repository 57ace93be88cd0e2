import CleanUp
import InstallMedia
import Libvirt
import Lifetime
import Synchronization
import System
import XML

/// The volumes that a run creates, for the rollback, which may run on another thread.
final class CreatedVolumes: Sendable {
    private let volumes = Mutex<[Created]>([])
    /// Those that belong to the domain.
    private let kept = Mutex<[Created]>([])
    private let staysWithDomain: Bool

    private struct Created {
        let name: String
        let volume: StorageVolume
        /// For another process, if this one is killed.
        let journal: JournalEntry
    }

    /// `staysWithDomain`: once the domain is created, the volumes belong to it and are kept.
    init(staysWithDomain: Bool = true) { self.staysWithDomain = staysWithDomain }

    /// Creates the volumes that are planned for the guest's disks.
    /// virt-install 4.1.0: `StorageVolume.install`.
    func create(for guest: Guest, _ meter: ProgressMeter) throws {
        for disk in guest.devices("disk") {
            guard var storage = guest.storage[disk], let plan = storage.plan, !storage.wasCreated
            else { continue }
            meter.show(.began("Allocating '\(plan.name)'", total: Int64(clamping: plan.capacity)))
            try Cancellation.check()
            let xml = try guest.host.gate.judge(
                volume: plan.xml, in: plan.pool.name)
            let volume = try create(plan, xml: xml, guest.host)
            try flush(volume, plan, guest.host)
            let done = guest.version < .v50 ? plan.allocation : plan.capacity
            meter.show(.ended(done: Int64(clamping: done)))
            storage.volume = volume
            storage.wasCreated = true
            guest.storage[disk] = storage
        }
    }

    private func create(
        _ plan: VolumePlan, xml: PermittedXML, _ host: TargetHost
    ) throws -> StorageVolume {
        let target = try Document(parsing: xml.text).root
        let isPlainQCOW2 =
            target.value("target/format/@type") == "qcow2" && !target.has("backingStore")
        let begun = BegunVolume(
            uri: host.uri, pool: plan.pool.name, name: plan.name, .requested(plan.capacity))
        let journal = JournalEntry(isDurable: true)
        let isBeingRemoved: Bool
        do throws(SystemError) {
            // Its record would remove the new volume, too.
            isBeingRemoved =
                try Journal.current?.isIncomplete(
                    volume: plan.name, ofPool: plan.pool.name, uri: host.uri) ?? false
            if !isBeingRemoved { try journal.note(.volume(begun)) }
        } catch { throw InstallFailure(journal: error) }
        guard !isBeingRemoved else {
            throw InstallFailure(
                "Couldn't create storage volume '\(plan.name)': an incomplete volume of this name "
                    + "is still to be removed; try again later")
        }
        do throws(LibvirtError) {
            // Creation and registration are one step: a rollback from another thread waits for it,
            // and after a rollback has started, no step begins.
            return try CriticalSection.run { () throws(LibvirtError) in
                // The test driver rejects this flag.
                let volume = try plan.pool.pool.createVolume(
                    xml: xml, isPlainQCOW2 && !host.isTest ? .preallocateMetadata : [])
                volumes.withLock {
                    $0.append(Created(name: plan.name, volume: volume, journal: journal))
                }
                note(try begun.made(volume, isLocal: !host.isRemote), journal)
                return volume
            }
        } catch {
            // After a lost connection we do not know if the volume was created.
            if error.isLoss { journal.leave() } else { journal.remove() }
            throw InstallFailure(
                "Couldn't create storage volume '\(plan.name)': '\(error.message)'")
        }
    }

    /// Returns when a new volume survives a power failure, as far as its file is on this machine.
    /// What a guest writes to it is flushed by the guest.
    private func flush(_ volume: StorageVolume, _ plan: VolumePlan, _ host: TargetHost) throws {
        guard !host.isRemote else { return }
        let path = try volume.path()
        do throws(SystemError) { try System.flush(path: path) } catch {
            throw InstallFailure(
                "Couldn't create storage volume '\(plan.name)': cannot write '\(path)' to the disk: "
                    + error.message)
        }
    }

    private func note(_ begun: BegunVolume, _ journal: JournalEntry) {
        do throws(SystemError) { try journal.note(.volume(begun)) } catch {
            // The record says less then: that libvirt was asked for the volume.
        }
    }

    /// The volumes now belong to the domain, unless it is to be destroyed with them.
    func domainWasCreated() { if staysWithDomain { keep() } }

    /// The volumes are not removed.
    func keep() {
        while let created = volumes.withLock({ $0.popLast() }) {
            created.journal.remove()
            kept.withLock { $0.append(created) }
        }
    }

    /// The domain does not exist any more: `remove` removes its volumes, too.
    func domainIsGone() {
        let gone = kept.withLock { kept in
            defer { kept = [] }
            return kept
        }
        volumes.withLock { $0 += gone }
    }

    /// libvirt is about to be asked for the domain. If this process is killed from now on, the
    /// domain may use the volumes: no other process may remove them.
    func domainIsRequested() {
        guard staysWithDomain else { return }
        for created in volumes.withLock({ $0 }) { created.journal.remove() }
    }

    /// It is not known whether there is a domain that uses the volumes. They stay, unless they are
    /// to be destroyed with it: then another process removes them after the domain.
    func domainMayExist() {
        guard !staysWithDomain else { return keep() }
        while let created = volumes.withLock({ $0.popLast() }) { created.journal.leave() }
    }

    /// Removes all of them; shows each removal if there is a meter.
    func remove(showing meter: ProgressMeter? = nil) {
        // One by one, so that two threads never remove the same volume.
        while let created = volumes.withLock({ $0.popLast() }) {
            meter?.show(.began("Removing disk '\(created.name)'", total: nil))
            do throws(LibvirtError) {
                try created.volume.delete()
                created.journal.remove()
            } catch {
                // The error that caused the rollback is reported instead.
                if error.code == .noStorageVolume {
                    created.journal.remove()
                } else {
                    created.journal.leave()
                }
            }
            meter?.show(.ended(done: 0))
        }
    }
}
