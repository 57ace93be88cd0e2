import Confinement
import Libvirt
import Lifetime
import Protocol
package import System
import XML

/// The formats of volumes that `create-volume` makes.
package enum VolumeFormat: String, CaseIterable, Sendable { case raw, qcow2 }

extension DirectoryPool {
    /// Creates an empty volume: raw volumes are sparse, qcow2 volumes have their metadata
    /// preallocated. The pool lists the volume on return.
    package borrowing func create(
        _ name: FileName, _ format: VolumeFormat, size: Int64, replacing: Bool,
        lifetime: VolumeLifetime = .permanent, _ overwriting: OverwriteGuard
    ) throws {
        try lifetime.check(self)
        let (gate, host) = (overwriting.gate, overwriting.host)
        try gate.exclusively {
            try gate.willWrite(volume(name))
            let isTaken = try hasFile(name)
            guard replacing || !isTaken else { throw exists(name) }
            try gate.willStore(bytes: UInt64(clamping: size))
            if isTaken { try overwriting.check(name, in: self) }
            try requireComplete(name)
            switch format {
            case .raw: try createRaw(name, size, replacing: replacing, lifetime, host)
            case .qcow2: try createQcow2(name, size, replacing: replacing, lifetime, overwriting)
            }
        }
        try list(name, host)
    }

    private borrowing func exists(_ name: FileName) -> RequestError {
        RequestError(
            .exists,
            "volume '\(name.text)' already exists in pool '\(self.name)'; remove_existing "
                + "replaces it")
    }

    private borrowing func createRaw(
        _ name: FileName, _ size: Int64, replacing: Bool, _ lifetime: VolumeLifetime,
        _ host: HostConnection
    ) throws {
        do {
            let file = try AtomicFile(in: directory)
            try file.descriptor.setSize(size)
            let claim = try lifetime.claim(file.descriptor, as: name, in: self, host)
            try Cancellation.settle()
            try file.publish(as: name.text, replacing: replacing, durably: true)
            claim?.keep()
        } catch let error as SystemError {
            if error.condition == .exists { throw exists(name) }
            if error.isTooLarge {
                throw RequestError(
                    .noSpace,
                    "cannot make volume '\(name.text)' of \(size) bytes: \(error.message) for the "
                        + "file system of pool '\(self.name)'")
            }
            throw RequestError("cannot make volume '\(name.text)' of \(size) bytes", error)
        }
    }

    /// qcow2 has eight bytes of tables for each cluster of 64 KiB, which are written at once.
    /// Otherwise libvirtd would run qemu-img for minutes until the file system is full, and the
    /// pool would be blocked so long.
    private borrowing func requireRoomForMetadata(_ name: FileName, _ size: Int64) throws {
        let space = try FileSystem(of: directory.path)
        let metadata = UInt64(size) / 8192
        // Some network file systems do not report sizes.
        guard space.capacity > 0, metadata > space.available else { return }
        throw RequestError(
            .noSpace,
            "cannot make volume '\(name.text)' of \(size) bytes: its metadata alone needs "
                + "\(metadata) bytes, and pool '\(self.name)' has \(space.available) bytes left",
            object: name.text)
    }

    /// libvirt neither flushes a volume nor replaces one. Therefore it creates the volume under a
    /// temporary name, and we rename it when it is complete and on the disk.
    private borrowing func createQcow2(
        _ name: FileName, _ size: Int64, replacing: Bool, _ lifetime: VolumeLifetime,
        _ overwriting: OverwriteGuard
    ) throws {
        try requireRoomForMetadata(name, size)
        // After the daemon has died we do not know whether the volume is complete. Each attempt has
        // its own temporary name, so another volume can be made.
        try overwriting.host.reconnecting { connection in
            do {
                try createQcow2(
                    name, size, replacing: replacing, lifetime, overwriting, connection)
            } catch let error as SystemError {
                if error.condition == .exists { throw exists(name) }
                throw RequestError("cannot make volume '\(name.text)' of \(size) bytes", error)
            } catch let error as LibvirtError {
                throw RequestError("cannot make volume '\(name.text)' of \(size) bytes", error)
            }
        }
    }

    private borrowing func createQcow2(
        _ name: FileName, _ size: Int64, replacing: Bool, _ lifetime: VolumeLifetime,
        _ overwriting: OverwriteGuard, _ connection: Connection
    ) throws {
        // Never nil: prefix and digits form a valid name.
        guard let temporary = FileName(AtomicFile.volumePrefix + randomName()) else { return }
        let pool = try connection.storagePool(name: self.name)
        let parent = try AtomicFile.Parent(directory)
        let rollback = try removal(ofTemporary: temporary, of: pool, in: parent)
        // A rollback that runs during the call would not find the volume yet and leave it.
        try CriticalSection.run { () throws(LibvirtError) in
            _ = try pool.createVolume(xml: .own(qcow2XML(temporary, size)), .preallocateMetadata)
        }
        let file = try directory.open(temporary.text)
        try file.flush()
        try requirePlace()
        let claim = try lifetime.claim(file, as: name, in: self, overwriting.host)
        try Cancellation.settle()
        if replacing {
            try overwriting.checkAgain(name, in: self)
            try AtomicFile.renameDurably(temporary.text, to: name.text, in: directory)
        } else {
            try AtomicFile.renameDurably(temporary.text, toFree: name.text, in: directory)
        }
        rollback.commit()
        claim?.keep()
    }

    private borrowing func qcow2XML(_ name: FileName, _ size: Int64) -> String {
        var xml = Writer()
        xml.element("volume") { xml in
            xml.element("name", text: name.text)
            xml.element("capacity", ["unit": "bytes"], text: "\(size)")
            xml.element("allocation", text: "0")
            xml.element("target") { xml in
                xml.element("format", ["type": "qcow2"])
                xml.element("compat", text: "1.1")  // libvirt's own default is 0.10
            }
        }
        return xml.text
    }

    /// The rollback that removes a volume with a temporary name, which libvirt is about to make.
    private borrowing func removal(
        ofTemporary name: FileName, of volumes: StoragePool, in parent: AtomicFile.Parent
    ) throws -> Rollback {
        let begun = BegunVolume(uri: uri, pool: self.name, name: name.text, .uniqueName)
        do throws(SystemError) {
            return try Rollback(of: .volume(begun), durably: true) {
                do throws(LibvirtError) { try volumes.volume(name: name.text).delete() } catch {
                    // The daemon may be away, and its qemu-img still be writing.
                    if error.code != .noStorageVolume { try parent.remove(name.text) }
                    // Or it may not have read the request yet: the record must stay.
                    if error.isLoss { throw error }
                }
            }
        } catch { throw RequestError.journal(error) }
    }
}
