import Host
import Libvirt
import XML

/// A storage pool, of any type.
struct FoundPool {
    let name: String
    let pool: StoragePool
    let type: String
    /// Where its volumes are on its host; empty for some types.
    private let path: String
    private let isActive: Bool
    /// Whether its host is ours.
    private let isLocal: Bool

    init(named name: String, _ connection: Connection) throws {
        let xml: String
        do throws(LibvirtError) {
            pool = try connection.storagePool(name: name)
            isActive = try pool.isActive()
            xml = try pool.xml()
            isLocal = try connection.isLocal()
        } catch { throw Refusal("failed getting pool '\(name)'", error) }
        let root = try Document(parsing: xml).root
        type = root["type"] ?? ""
        path = try root.text("target/path") ?? ""
        self.name = name
    }

    func checkActive() throws {
        guard isActive else {
            throw Refusal(.libvirt, "pool '\(name)' is not active: start it first")
        }
    }

    fileprivate func openDirectory() throws -> Directory {
        do throws(SystemError) { return try Directory(path) } catch {
            throw Refusal("cannot open '\(path)' of pool '\(name)'", error)
        }
    }

    /// The pool's directory, where its volumes are files that this process can open; `nil` where
    /// only libvirt reaches them.
    func directoryPool(toWrite: Bool) throws -> DirectoryPool? {
        guard type == "dir", isLocal else { return nil }
        do {
            let pool = DirectoryPool(self, try openDirectory())
            guard !toWrite || pool.directory.isWritable else { return nil }
            return consume pool
        } catch let refusal as Refusal where refusal.kind == .denied { return nil }
    }

    /// Lets libvirt see what changed. A pool in which a volume is just being made cannot be
    /// refreshed: that is tried again for ten seconds.
    func refresh() throws {
        let end = ContinuousClock.now + .seconds(10)
        while true {
            do throws(LibvirtError) {
                return try pool.refresh()
            } catch {
                guard error.isPoolBusy, ContinuousClock.now < end
                else { throw Refusal("failed refreshing pool '\(name)'", error) }
                pause(milliseconds: 20)
            }
        }
    }
}

/// A storage pool whose volumes are the files of one directory.
struct DirectoryPool: ~Copyable {
    private let found: FoundPool
    let directory: Directory

    var name: String { found.name }
    var pool: StoragePool { found.pool }

    /// Opens a pool that is active and of type `dir`.
    init(named name: String, _ connection: Connection) throws {
        let found = try FoundPool(named: name, connection)
        guard found.type == "dir" else {
            throw Refusal(
                .unsupported,
                "only type=dir storage pools are supported, and pool '\(name)' is of type "
                    + "'\(found.type)'")
        }
        try found.checkActive()
        self.init(found, try found.openDirectory())
    }

    fileprivate init(_ found: FoundPool, _ directory: consuming Directory) {
        self.found = found
        self.directory = directory
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

    borrowing func refresh() throws { try found.refresh() }
}
