import InstallMedia
import Libvirt
import XML

/// A volume to create.
struct VolumePlan {
    let pool: PoolEntry
    let name: String
    /// In bytes.
    let capacity: UInt64
    /// The bytes to allocate at once; 0 for a sparse volume.
    var allocation: UInt64
    /// E.g. `qcow2`; `nil` for a volume that is not a file.
    var format: String?
    let backing: String?
    let backingFormat: String?

    /// The path of the new volume; its name in a network pool.
    var path: String {
        guard pool.volumeKind != .network else { return name }
        let folder = pool.target ?? ""
        return folder.hasSuffix("/") ? folder + name : folder + "/" + name
    }

    /// The document `<volume>`.
    var xml: String {
        let root = Document(root: "volume").root
        root.set("name", name)
        root.set("capacity", String(capacity))
        root.set("allocation", String(allocation))
        if let format { root.set("target/format/@type", format) }
        // virt-install's choice: faster, and safe because QEMU repairs the image after a crash.
        if format == "qcow2" { root.make("target/features/lazy_refcounts") }
        root.set("backingStore/path", backing)
        root.set("backingStore/format/@type", backingFormat)
        return root.serialized(format: true)
    }

    /// Throws an error if the volume cannot be created; warns if the pool may become full.
    /// virt-install 4.1.0: `StorageVolume.validate`.
    mutating func check(_ version: InstallVersion, _ output: InstallOutput) throws {
        try checkName(name, of: "Storage object", version)
        guard !pool.hasVolume(named: name) else {
            throw OptionMistake("Name '\(name)' already in use by another volume.")
        }
        if format == nil, pool.volumeKind == .file { format = "raw" }
        if pool.type == "logical", allocation != capacity {
            output.warn(
                "Sparse logical volumes are not supported, setting allocation equal to capacity")
            allocation = capacity
        }
        let conflict = try sizeConflict()
        guard let message = conflict.message else { return }
        guard !conflict.isFatal else { throw OptionMistake(message) }
        output.warn(message)
    }

    /// Why the pool has not enough free space; `nil` if it has. It is fatal if even the bytes to
    /// allocate at once do not fit.
    func sizeConflict() throws -> (isFatal: Bool, message: String?) {
        let available = try pool.pool.info().available
        let left = "\(available >> 20) M available)"
        if allocation > available {
            return (
                true,
                "There is not enough free space on the storage pool to create the volume. "
                    + "(\(allocation >> 20) M requested allocation > \(left)"
            )
        }
        guard capacity > available else { return (false, nil) }
        return (
            false,
            "The requested volume capacity will exceed the available pool space when the volume "
                + "is fully allocated. (\(capacity >> 20) M requested capacity > \(left)"
        )
    }
}

/// Throws an error if libvirt would reject the name. `kind` is the word for the object in messages.
func checkName(_ name: String?, of kind: String, _ version: InstallVersion) throws {
    guard let name, !name.isEmpty else {
        throw OptionMistake("A name must be specified for the \(kind)")
    }
    let forbidden: Character = version < .v51 ? " " : "/"
    guard !name.contains(forbidden) else {
        throw OptionMistake("\(kind) name '\(name)' can not contain '\(forbidden)' character.")
    }
}
