import Libvirt
import Lifetime
import Policy
import System
import Volumes

/// A volume that a session with a role reads or writes, as a byte of the file of the host-wide
/// lock. Two volumes can have the same byte; then one is taken for the other, and is found to be
/// busy.
struct VolumeUse: Hashable {
    let byte: UInt64

    /// `nil` if the directory does not exist.
    init?(of volume: FileName, in directory: String) throws(SystemError) {
        let identity: FileIdentity
        do throws(SystemError) { identity = try FileStatus(of: directory).identity } catch {
            guard error == .noSuchFile else { throw error }
            return nil
        }
        // Two pools can have one directory.
        let text = "\(identity.device) \(identity.number) \(volume.text)"
        // FNV-1a: the same in each process, unlike Swift's own.
        byte = text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }
}

extension SessionGate {
    /// Fails if another session keeps the volume for an effect that excludes this use; see
    /// `keepVolumes`.
    func use(_ volume: FileName, in directory: String, _ mode: ByteLock.Mode) throws {
        let found = try system { () throws(SystemError) in
            try VolumeUse(of: volume, in: directory)
        }
        guard let use = found else { return }
        let isKept = try system { () throws(SystemError) in
            try ByteLock.isExcluded(reservations.state.effectsLock, at: use.byte, mode)
        }
        guard !isKept else { throw busy("volume '\(volume.text)'") }
        if examined[use] != .exclusive { examined[use] = mode }
    }

    /// Throws if a volume was made for a guest on demand and is removed with it, unless `domain`, by
    /// its UUID, is that guest: another domain would lose its disk.
    func requireNoGuestDisk(
        _ volume: FileName, in directory: String, of domain: String? = nil
    ) throws {
        let guest = try examining("volume '\(volume.text)'") {
            try Journal(reservations.state).guest(
                withFile: volume.text, in: FileStatus(of: directory).identity.number)
        }
        guard let guest else { return }
        // The guest may have been made persistent and renamed, to be given to somebody else.
        if guest.uuid == domain, try hostObjects.domainIfAny(guest.name)?.uuid() == domain {
            return
        }
        throw Denial(
            "volume '\(volume.text)' belongs to a guest on demand, and is removed with it")
    }

    func keepVolumes() throws {
        do {
            for (use, mode) in examined {
                let lock = try system { () throws(SystemError) in
                    try ByteLock(reservations.state.effectsLock, at: use.byte, mode)
                }
                guard let lock else { throw busy("a volume") }
                kept.append(lock)
            }
        } catch {
            kept = []
            throw error
        }
    }

    func releaseVolumes() { kept = [] }

    private func busy(_ subject: String) -> Busy {
        Busy("\(subject) is being created, copied or changed by another session; try again later")
    }

    private func system<Value>(_ body: () throws(SystemError) -> Value) throws -> Value {
        do throws(SystemError) { return try body() } catch {
            throw Denial("the lock of a volume cannot be taken: \(error.message)")
        }
    }
}
