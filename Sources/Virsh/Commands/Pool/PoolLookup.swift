import Confinement
import Libvirt

extension Options {
    /// The required option `pool`. The body looks it up with `Shell.pool`.
    mutating func pool(_ help: String = "pool name or uuid") -> Key<String> {
        data("pool", help, names: .pool)
    }
}

extension Shell {
    /// The pool that a word names: tried as a UUID, then as a name.
    /// virsh 9.0.0: `virshCommandOptPoolBy`.
    func pool(_ word: String, byUUID: Bool = true, byName: Bool = true) throws -> StoragePool {
        let found = try lookUpPool(word, byUUID: byUUID, byName: byName)
        try gate.willUse(found)
        return found
    }

    private func lookUpPool(_ word: String, byUUID: Bool, byName: Bool) throws -> StoragePool {
        let connection = try connection
        // Unlike for domains, virsh keeps the error if no pool has this UUID.
        if byUUID, word.utf8.count == 36,
            let found = tolerating({ () throws(LibvirtError) in
                try connection.storagePool(uuid: word)
            })
        {
            return found
        }
        return try lookUp("failed to get pool '\(word)'") { () throws(LibvirtError) in
            guard byName else { throw LibvirtError(code: .noStoragePool, message: "") }
            return try connection.storagePool(name: word)
        }
    }
}
