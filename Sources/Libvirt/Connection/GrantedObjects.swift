import Policy

// Gate 3. The words of a confined client are compared with the objects that its role grants; they
// never reach libvirt. So a hidden object and one that does not exist give the same answer.

extension Connection {
    /// The object that matches, of those that are granted; else an error like libvirt's with this
    /// message, which is stored as if libvirt had reported it.
    func granted<Object>(
        _ objects: [Object], _ code: LibvirtError.Code, _ message: String,
        where matches: (Object) throws(LibvirtError) -> Bool
    ) throws(LibvirtError) -> Object {
        for object in objects where try matches(object) { return object }
        let error = LibvirtError(code: code, message: message)
        error.report()
        throw error
    }

    /// The volume that matches, of the granted pools that are active.
    func grantedVolume(
        _ message: String, where matches: (StorageVolume) throws(LibvirtError) -> Bool
    ) throws(LibvirtError) -> StorageVolume {
        for pool in try storagePools(.active) {
            for volume in try pool.volumes() where try matches(volume) { return volume }
        }
        return try granted([], .noStorageVolume, message, where: matches)
    }
}

/// Whether two names are the same for libvirt, which compares bytes.
func isSame(_ left: String, _ right: String) -> Bool { left.utf8.elementsEqual(right.utf8) }

/// Whether a text names a UUID, with dashes or without.
func isSame(uuid: String, as text: String) -> Bool {
    let digits = text.lowercased().filter { $0 != "-" && $0 != " " }
    return digits == uuid.filter { $0 != "-" }
}
