import Libvirt
import System

extension Shell {
    /// Returns when the file of a volume that libvirt has written survives a power failure, if it
    /// is on this machine. virsh itself leaves that to libvirt, which does not flush all volumes.
    func flush(_ volume: StorageVolume) throws {
        guard try connection.isLocal() else { return }
        let path = try volume.path()
        do throws(SystemError) { try System.flush(path: path) } catch {
            throw CommandFailure("cannot write volume '\(path)' to the disk: \(error.message)")
        }
    }
}
