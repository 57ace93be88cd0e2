package import Libvirt
package import Lifetime
import System

extension TemporaryVolume {
    /// Whether the volume was removed already, if that is known without libvirt.
    package var isGone: Bool {
        get throws(SystemError) {
            guard case .file(let file) = identity else { return false }
            return try !file.isPresent()
        }
    }

    /// Removes the volume if it is still the one that its session made; returns whether it was.
    /// Throws if `heldUser` names a domain that must not lose it.
    package func remove(
        _ connection: Connection, unlessUsedBy heldUser: () throws -> String?
    ) throws -> Bool {
        switch identity {
        case .file(let file):
            guard try file.isPresent() else { return false }
            try requireUnused(heldUser)
            // libvirt first, so that it does not list the volume any more. What it does not know,
            // e.g. because the pool is not active, is still a file.
            if let volume = try listed(connection, evenIfInactive: true),
                try volume.path() == file.path
            {
                try volume.delete()
            }
            if try file.isPresent() { try removeFile(file.path) }
        case .key(let key):
            guard let volume = try listed(connection, evenIfInactive: false),
                try volume.key() == key
            else { return false }
            try requireUnused(heldUser)
            try volume.delete()
        }
        return true
    }

    private func requireUnused(_ heldUser: () throws -> String?) throws {
        guard let domain = try heldUser() else { return }
        throw CleanUpFailure(
            reason: "it is in use by domain '\(domain)', which another session has reserved")
    }

    /// `nil` if libvirt does not know the volume; `evenIfInactive` also if it cannot know it
    /// because the pool is not active.
    private func listed(
        _ connection: Connection, evenIfInactive: Bool
    ) throws(LibvirtError) -> StorageVolume? {
        do throws(LibvirtError) {
            return try connection.storagePool(name: pool).volume(name: name)
        } catch {
            switch error.code {
            case .noStoragePool, .noStorageVolume: return nil
            case .operationInvalid where evenIfInactive: return nil
            default: throw error
            }
        }
    }
}

/// Why something cannot be undone.
package struct CleanUpFailure: Error {
    package let reason: String

    package init(reason: String) { self.reason = reason }
}
