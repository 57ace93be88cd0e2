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
        case .requested(let capacity): return try volume.info().capacity == capacity
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
