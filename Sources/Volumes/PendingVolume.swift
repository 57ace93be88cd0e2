import CleanUp
import Libvirt
import Lifetime
import Protocol
import Synchronization
import System

/// A volume that is removed again unless the upload succeeds: by this process, possibly on the
/// thread of the rollbacks at its end, or, if it is killed, by another one that reads the journal.
final class PendingVolume: Sendable {
    private let pool: StoragePool
    /// Whether its file identifies it. The path of a device leads to another file after a restart.
    private let isLocalFile: Bool
    private let state: Mutex<State>
    private let journal = JournalEntry(isDurable: true)

    private struct State {
        /// What libvirt was asked for.
        var begun: BegunVolume
        /// Whether libvirt may have made it.
        var mayExist = false
        var abort: DataStream.Abort?
    }

    init(_ pool: Pool, _ name: String, _ identity: BegunVolume.Identity) {
        self.pool = pool.pool
        isLocalFile = pool.isLocal && pool.storesLocalFiles
        state = Mutex(
            State(begun: BegunVolume(uri: pool.uri, pool: pool.name, name: name, identity)))
    }

    /// Writes the volume to the journal, before libvirt is asked for it, and returns the rollback
    /// that removes it.
    func begin(_ host: HostConnection) throws -> Rollback {
        // First: what is written down must have a rollback.
        let action = try host.rollbackAction { (connection) throws(LibvirtError) in
            try self.remove(connection)
        }
        let begun = state.withLock { $0.begun }
        do throws(SystemError) { try journal.note(.volume(begun)) } catch {
            throw RequestError.journal(error)
        }
        return Rollback(recording: journal, action)
    }

    /// `original`: the volume whose content the new one gets.
    func create(xml: String, from original: StorageVolume? = nil) throws -> StorageVolume {
        let name = state.withLock { $0.begun.name }
        do throws(LibvirtError) {
            return try CriticalSection.run { () throws(LibvirtError) in
                // Before the call: libvirt may make it and lose the connection before it answers.
                state.withLock { $0.mayExist = true }
                let volume: StorageVolume
                do throws(LibvirtError) {
                    volume =
                        if let original {
                            try pool.createVolume(xml: .own(xml), from: original)
                        } else { try pool.createVolume(xml: .own(xml)) }
                } catch {
                    // A volume that had the name before is not ours to remove.
                    if !error.isLoss { state.withLock { $0.mayExist = false } }
                    throw error
                }
                try noteCreation(volume)
                return volume
            }
        } catch { throw RequestError("cannot make volume '\(name)'", error) }
    }

    /// Notes how to recognize the volume.
    private func noteCreation(_ volume: StorageVolume) throws(LibvirtError) {
        let made = try state.withLock { $0.begun }.made(volume, isLocal: isLocalFile)
        state.withLock { $0.begun = made }
        do throws(SystemError) { try journal.note(.volume(made)) } catch {
            // The record says less then: that libvirt was asked for the volume.
        }
    }

    /// Sets the stream that `remove` aborts first.
    func setAbort(_ abort: DataStream.Abort) { state.withLock { $0.abort = abort } }

    /// Removes the volume, if libvirt may have made it, over a connection that may be a new one.
    func remove(_ connection: Connection) throws(LibvirtError) {
        // Copied out: libvirt may block, and the main thread must not wait for this lock then.
        let (begun, mayExist, abort) = state.withLock { ($0.begun, $0.mayExist, $0.abort) }
        guard mayExist else { return }
        abort?()
        _ = try begun.remove(connection)
    }
}
