package import Libvirt
package import Lifetime
import System

extension BegunVolume {
    /// Deletes the volume if it is there and is the one that was begun; returns whether it was. A
    /// pool that is gone has no volumes.
    package func remove(_ connection: Connection) throws(LibvirtError) -> Bool {
        let pool: StoragePool
        do throws(LibvirtError) { pool = try connection.storagePool(name: self.pool) } catch {
            guard error.code == .noStoragePool else { throw error }
            return false
        }
        guard let volume = try volume(in: pool), try isMeant(volume) else { return false }
        // libvirt refuses until it has noticed that the stream was aborted: retry for 5 s.
        for attempt in 1...100 {
            do throws(LibvirtError) {
                try volume.delete()
                return true
            } catch {
                if error.code == .noStorageVolume { return false }
                // A lost connection does not come back by waiting.
                if error.isLoss || attempt == 100 { throw error }
            }
            pause(milliseconds: 50)
        }
        return false
    }

    private func volume(in pool: StoragePool) throws(LibvirtError) -> StorageVolume? {
        do throws(LibvirtError) { return try pool.volume(name: name) } catch {
            guard error.code == .noStorageVolume else { throw error }
            return nil
        }
    }

    private func isMeant(_ volume: StorageVolume) throws(LibvirtError) -> Bool {
        switch identity {
        case .uniqueName: return true
        case .requested(let capacity): return try volume.info().isMade(of: capacity)
        case .made(let key, let birth):
            guard try volume.key() == key else { return false }
            guard let birth else { return true }
            return try FileBirth(volume.path()) == birth
        }
    }

    /// What is known when libvirt has made the volume.
    package func made(_ volume: StorageVolume, isLocal: Bool) throws(LibvirtError) -> BegunVolume {
        guard !hasUniqueName else { return self }
        var made = self
        made.identity = .made(
            key: try volume.key(), isLocal ? FileBirth(try volume.path()) : nil)
        return made
    }
}

extension StorageVolume.Info {
    /// More than the extents of a volume group usually have, which is 4 MiB.
    private static let largestUnit: UInt64 = 64 << 20

    /// Whether a request for a volume of `requested` bytes gives this one. Files get the capacity
    /// that was asked for. LVM and its like round it up to a multiple of a power of two, which
    /// libvirt does not report: it is at most the largest one that divides the result.
    func isMade(of requested: UInt64) -> Bool {
        if capacity == requested { return true }
        guard kind == .block, capacity > requested else { return false }
        let unit = min(capacity & (~capacity &+ 1), Self.largestUnit)
        return capacity - requested < unit
    }
}
