import Libvirt
import Lifetime
import Protocol
import Synchronization
import System

/// A volume that is removed again unless the upload succeeds, possibly from the thread that ends
/// the process.
final class PendingVolume: Sendable {
    private let pool: StoragePool
    private let name: String
    private let state = Mutex<(isCreated: Bool, abort: DataStream.Abort?)>((false, nil))

    init(_ pool: StoragePool, _ name: String) {
        self.pool = pool
        self.name = name
    }

    func create(xml: String) throws -> StorageVolume {
        do throws(LibvirtError) {
            return try CriticalSection.run { () throws(LibvirtError) in
                let volume = try pool.createVolume(xml: .own(xml))
                // Only after success: a volume that had the name before is not ours to remove.
                state.withLock { $0.isCreated = true }
                return volume
            }
        } catch { throw RequestError("cannot make volume '\(name)'", error) }
    }

    /// Sets the stream that `remove` aborts first.
    func setAbort(_ abort: DataStream.Abort) { state.withLock { $0.abort = abort } }

    /// Removes the volume, if it was created, over a connection that may be a new one.
    func remove(_ connection: Connection, pool: String) throws(LibvirtError) {
        // Copied out: libvirt may block, and the main thread must not wait for this lock then.
        let (isCreated, abort) = state.withLock { ($0.isCreated, $0.abort) }
        guard isCreated else { return }
        abort?()
        let pool = try connection.storagePool(name: pool)
        // libvirt refuses until it has noticed that the stream was aborted: retry for 5 s.
        for attempt in 1...100 {
            do throws(LibvirtError) {
                return try pool.volume(name: name).delete()
            } catch {
                if error.code == .noStorageVolume { return }
                // A lost connection does not come back by waiting.
                if error.isLoss || attempt == 100 { throw error }
            }
            pause(milliseconds: 50)
        }
    }
}
