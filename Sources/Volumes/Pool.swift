package import Libvirt
import Lifetime
import Protocol
package import System
import Text
import XML

/// A storage pool of any type that the client named.
package struct Pool {
    package let name: String
    package let pool: StoragePool
    /// Of the connection, e.g. `qemu:///system`.
    let uri: String
    /// E.g. `dir` or `logical`.
    package let type: String
    /// The directory of its volumes on its host; empty for some types.
    package let path: String
    private let isActive: Bool
    /// Whether its host is this machine.
    package let isLocal: Bool

    package init(named name: String, _ connection: Connection) throws {
        let xml: String
        do throws(LibvirtError) {
            pool = try connection.storagePool(name: name)
            isActive = try pool.isActive()
            xml = try pool.xml()
            uri = try connection.uri()
            isLocal = URI(uri).isLocal
        } catch { throw RequestError("failed getting pool '\(name)'", error) }
        let root = try Document(parsing: xml).root
        type = root["type"] ?? ""
        path = try root.text("target/path") ?? ""
        self.name = name
    }

    package func requireActive() throws {
        guard isActive else {
            throw RequestError(.libvirt, "pool '\(name)' is not active: start it first")
        }
    }

    /// Whether its volumes are the files of a directory of this machine, and it is active.
    package var isDirectory: Bool { type == "dir" && isLocal && isActive }

    func openDirectory() throws -> Directory {
        do throws(SystemError) { return try Directory(path) } catch {
            throw RequestError("cannot open '\(path)' of pool '\(name)'", error)
        }
    }

    /// Whether its volumes are files, which libvirt copies by their meaning.
    var storesFiles: Bool { ["dir", "fs", "netfs", "vstorage", "gluster"].contains(type) }

    /// Whether its volumes are files in a directory, `path`, of its host.
    var storesLocalFiles: Bool { ["dir", "fs", "netfs", "vstorage"].contains(type) }

    /// Fails if a session is filling the volume, or if it ended while it did so and the volume is
    /// not removed yet: in pools that cannot rename volumes, it has its final name already.
    func requireComplete(_ volume: FileName) throws {
        let isIncomplete: Bool
        do throws(SystemError) {
            isIncomplete =
                try Journal.current?.isIncomplete(volume: volume.text, ofPool: name, uri: uri)
                ?? false
        } catch { throw RequestError.journal(error) }
        guard isIncomplete else { return }
        throw RequestError(
            .busy,
            "volume '\(volume.text)' in pool '\(name)' is incomplete: its upload has not ended",
            object: volume.text)
    }

    /// Lets libvirt see changes. libvirt refuses while a volume of the pool is being created: then
    /// we retry for ten seconds.
    package func refresh() throws {
        let end = ContinuousClock.now + .seconds(10)
        while true {
            do throws(LibvirtError) {
                return try pool.refresh()
            } catch {
                // Other errors last: retrying would only delay the reply.
                guard error.isPoolBusy, ContinuousClock.now < end else {
                    throw RequestError("failed refreshing pool '\(name)'", error)
                }
                try pauseOrCancel(milliseconds: 20)
            }
        }
    }

    /// The sizes of a volume that has just been stored; `nil` if libvirt cannot be asked any more.
    package func info(ofStored volume: FileName, _ host: HostConnection) -> StorageVolume.Info? {
        do throws(LibvirtError) {
            // The pool's own connection may have been lost.
            return try host.open().storagePool(name: name).volume(name: volume.text).info()
        } catch { return nil }
    }

    /// Returns when a volume that libvirt has written survives a power failure, if its file is on
    /// this machine.
    func flush(_ volume: StorageVolume) throws {
        guard isLocal else { return }
        let path = try volume.path()
        do throws(SystemError) { try System.flush(path: path) } catch {
            throw RequestError("cannot write volume '\(path)' to the disk", error)
        }
    }
}
