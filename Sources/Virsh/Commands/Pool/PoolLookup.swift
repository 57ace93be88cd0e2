import Libvirt

extension Options {
    /// The required option `pool`, to be looked up by the body with `Shell.pool`.
    mutating func pool(_ help: String = "pool name or uuid") -> Key<String> {
        data("pool", help)
    }
}

extension Shell {
    /// The pool that a word names: first as a UUID, then as a name.
    /// virsh 9.0.0: `virshCommandOptPoolBy`.
    func pool(_ word: String, byUUID: Bool = true, byName: Bool = true) throws -> StoragePool {
        let connection = try connection
        // Unlike a domain's, the error of a UUID that was none is not forgotten.
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
