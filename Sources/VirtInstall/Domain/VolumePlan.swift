import Libvirt
import XML

/// A volume that is to be made.
struct VolumePlan {
    let pool: PoolEntry
    let name: String
    /// Bytes.
    let capacity: UInt64
    /// Bytes that it takes from the start; 0 for a sparse one.
    var allocation: UInt64
    /// E.g. `qcow2`; `nil` for volumes that are no files.
    var format: String?
    let backing: String?
    let backingFormat: String?

    /// Where it will be; in pools of the network its name.
    var path: String {
        guard pool.volumeKind != "network" else { return name }
        let folder = pool.target ?? ""
        return folder.hasSuffix("/") ? folder + name : folder + "/" + name
    }

    /// The document `<volume>` for libvirt.
    var xml: String {
        let root = Document(root: "volume").root
        root.set("name", name)
        root.set("capacity", String(capacity))
        root.set("allocation", String(allocation))
        if let format { root.set("target/format/@type", format) }
        if format == "qcow2" { root.make("target/features/lazy_refcounts") }
        root.set("backingStore/path", backing)
        root.set("backingStore/format/@type", backingFormat)
        return root.serialized(format: true)
    }

    /// Looks whether it can be made; warns where it may not hold what it promises.
    mutating func check(_ output: InstallOutput) throws {
        try checkName(name, of: "Storage object")
        let isTaken: Bool
        do {
            _ = try pool.pool.volume(name: name)
            isTaken = true
        } catch {
            LibvirtError.forgetReported()
            isTaken = false
        }
        guard !isTaken else {
            throw OptionMistake("Name '\(name)' already in use by another volume.")
        }
        if format == nil, pool.volumeKind == "file" { format = "raw" }
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

    /// Whether the pool has room for it.
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

/// An error for a name that libvirt would not take.
func checkName(_ name: String?, of kind: String) throws {
    guard let name, !name.isEmpty else {
        throw OptionMistake("A name must be specified for the \(kind)")
    }
    guard !name.contains(" ") else {
        throw OptionMistake("\(kind) name '\(name)' can not contain ' ' character.")
    }
}
