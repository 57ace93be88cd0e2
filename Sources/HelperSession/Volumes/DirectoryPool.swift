import Host
import Libvirt
import XML

/// A storage pool whose volumes are the files of one directory.
struct DirectoryPool: ~Copyable {
    let name: String
    let pool: StoragePool
    let directory: Directory

    /// Opens a pool that is active and of type `dir`.
    init(named name: String, _ connection: Connection) throws {
        let pool: StoragePool
        let xml: String
        let isActive: Bool
        do throws(LibvirtError) {
            pool = try connection.storagePool(name: name)
            isActive = try pool.isActive()
            xml = try pool.xml()
        } catch { throw Refusal("failed getting pool '\(name)'", error) }
        let document = try Document(parsing: xml)
        guard document.root["type"] == "dir" else {
            throw Refusal(
                .unsupported,
                "only type=dir storage pools are supported, and pool '\(name)' is of type "
                    + "'\(document.root["type"] ?? "")'")
        }
        guard isActive else {
            throw Refusal(.libvirt, "pool '\(name)' is not active: start it first")
        }
        let path = try document.root.text("target/path") ?? ""
        directory = try openDirectory(path, of: name)
        self.name = name
        self.pool = pool
    }

    /// Opens a volume's file; libvirt must know it by that name, and it must be a file of the
    /// directory itself.
    borrowing func open(_ volume: FileName) throws -> File {
        let path: String
        do throws(LibvirtError) { path = try pool.volume(name: volume.text).path() } catch {
            throw Refusal("failed getting '\(volume.text)'", error)
        }
        guard path == "\(directory.path)/\(volume.text)", try kind(of: volume) == .file else {
            throw Refusal(
                .badRequest,
                "volume '\(volume.text)' is no regular file of pool '\(name)' itself")
        }
        do throws(SystemError) { return try directory.open(volume.text) } catch {
            throw Refusal("cannot open volume '\(volume.text)'", error)
        }
    }

    /// What stands under a volume's name. A link or a directory is refused: what would be written
    /// there would not be the pool's.
    borrowing func kind(of volume: FileName) throws -> Directory.Kind {
        let kind = try directory.kind(of: volume.text)
        guard kind == .absent || kind == .file else {
            throw Refusal(
                .badRequest,
                "'\(volume.text)' in pool '\(name)' is no regular file and is left alone")
        }
        return kind
    }

    /// Lets libvirt see what changed. A pool in which a volume is just being made cannot be
    /// refreshed: that is tried again for ten seconds.
    borrowing func refresh() throws {
        let end = ContinuousClock.now + .seconds(10)
        while true {
            do throws(LibvirtError) {
                return try pool.refresh()
            } catch {
                guard error.message.contains("has asynchronous jobs running"),
                    ContinuousClock.now < end
                else { throw Refusal("failed refreshing pool '\(name)'", error) }
                pause(milliseconds: 20)
            }
        }
    }
}

private func openDirectory(_ path: String, of pool: String) throws -> Directory {
    do throws(SystemError) { return try Directory(path) } catch {
        throw Refusal("cannot open '\(path)' of pool '\(pool)'", error)
    }
}
