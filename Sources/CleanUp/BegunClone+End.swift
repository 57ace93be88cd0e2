package import Libvirt
package import Lifetime
import System

extension BegunClone {
    /// Stops the domain, if it exists, and removes its definition if somebody has made it
    /// persistent; returns whether there was one.
    package func stop(_ connection: Connection) throws(LibvirtError) -> Bool {
        guard let domain = try domain(connection) else { return false }
        do throws(LibvirtError) {
            let isPersistent = try domain.isPersistent()
            if try domain.isActive() { try domain.destroy() }
            if isPersistent {
                try domain.undefine([
                    .managedSave, .snapshotsMetadata, .checkpointsMetadata, .nvram,
                ])
            }
            return true
        } catch {
            // It has stopped by itself.
            guard [.noDomain, .operationInvalid].contains(error.code) else { throw error }
            LibvirtError.forgetReported()
            return false
        }
    }

    /// The domain; `nil` if it does not exist, also if a domain of another name has its UUID now.
    func domain(_ connection: Connection) throws(LibvirtError) -> Domain? {
        // Its name need not be one that a role shows.
        do throws(LibvirtError) {
            return try connection.unfiltered.domain(name: name, uuid: uuid)
        } catch {
            guard error.code == .noDomain else { throw error }
            LibvirtError.forgetReported()
            return nil
        }
    }
}
