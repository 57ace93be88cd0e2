package import Libvirt
import Protocol
package import System
import XML

/// Which domains of a host use which volumes, as of the moment of its creation.
///
/// A domain uses a volume if its inactive or running XML refers to it: by pool and name, by path,
/// as a file that another image names, also through further ones, or because it shares a directory
/// above the volume with its guest. Paths are compared by the file that they lead to, through
/// symbolic links.
package struct VolumeUsers {
    /// One way in which a domain uses a volume. A domain that refers to it in several ways is
    /// several users.
    package struct User: Hashable, Sendable {
        package let domain: String
        package let uuid: String
        /// Whether the domain runs, possibly paused.
        package let isRunning: Bool
        /// Whether the domain may change the volume. Otherwise it only reads it, e.g. an ISO image
        /// or a backing file.
        package let isWritable: Bool
        /// The format that the domain, or the header of an overlay, declares, e.g. `qcow2`; `nil`
        /// if none is declared.
        package let format: String?
        /// Whether the guest has the volume as a file in a file system that it shares with the
        /// host.
        package var sharesDirectory = false
    }

    private struct Use: Hashable {
        let target: StorageReference.Target
        let user: User
        /// Whether the header of another image names it, not the domain's XML.
        var isBackingFile = false
    }

    private var uses: [Use] = []
    /// The directories of the pools that the domains name.
    private var directories: [String: String] = [:]
    /// Whether the domains' files are those of this machine.
    private let isLocal: Bool

    /// Reads the XML of all domains that the connection shows, so it must not hide any.
    package init(_ connection: Connection) throws {
        do {
            isLocal = try connection.isLocal()
            for domain in try connection.domains() {
                do { uses += try Self.uses(of: domain) } catch let error as LibvirtError {
                    // It has vanished since it was listed.
                    guard error.code == .noDomain else { throw error }
                }
            }
            for use in uses {
                guard case .volume(let pool, _) = use.target, directories[pool] == nil else {
                    continue
                }
                directories[pool] = try Self.directory(ofPool: pool, connection)
            }
        } catch let error as LibvirtError {
            throw RequestError("cannot determine which domains use the volume", error)
        }
        if isLocal { addBackingFiles() }
    }

    /// The users of a volume, which need not exist, in the order of libvirt's list of domains.
    package func users(of volume: FileName, in pool: borrowing DirectoryPool) -> [User] {
        users(of: volume.text, inPool: pool.name, at: pool.directory.path)
    }

    /// The same for a pool that perhaps only libvirt can reach.
    package func users(of volume: FileName, in pool: Pool) -> [User] {
        users(of: volume.text, inPool: pool.name, at: pool.path)
    }

    /// The same for a volume by the name and the directory of its pool.
    func users(of volume: String, inPool pool: String, at directory: String) -> [User] {
        let path = "\(directory)/\(volume)"
        let places = VolumePlace.all(ofPath: path, isLocal: isLocal)
            .union([.volume(pool: pool, name: volume)])
        let above = isLocal ? VolumePlace.directories(above: path) : []
        var found: [User] = []
        for use in uses {
            let used = self.places(of: use.target)
            var user = use.user
            user.sharesDirectory = !above.isDisjoint(with: used)
            guard user.sharesDirectory || !places.isDisjoint(with: used) else { continue }
            if !found.contains(user) { found.append(user) }
        }
        return found
    }

    // MARK: Reading

    private static func uses(of domain: Domain) throws -> [Use] {
        let (name, uuid) = (try domain.name(), try domain.uuid())
        let isRunning = domain.id != nil
        var references = try StorageReference.all(inXML: domain.xml(.inactive))
        if isRunning {
            try references.formUnion(StorageReference.all(inXML: domain.xml()))
        } else if let saved = try savedXML(of: domain) {
            // It continues with the disks that it had when it was saved.
            try references.formUnion(StorageReference.all(inXML: saved))
        }
        return references.map { reference in
            Use(
                target: reference.target,
                user: User(
                    domain: name, uuid: uuid, isRunning: isRunning,
                    isWritable: reference.isWritable, format: reference.format))
        }
    }

    /// `nil` if no state of the domain is saved, or if it cannot be read: then libvirt cannot
    /// restore it either, and a broken file of one domain must not stop the work on all volumes.
    private static func savedXML(of domain: Domain) throws(LibvirtError) -> String? {
        do throws(LibvirtError) {
            return try domain.hasManagedSave() ? domain.managedSaveXML(secure: false) : nil
        } catch {
            guard !error.isLoss, error.code != .noDomain else { throw error }
            LibvirtError.forgetReported()
            return nil
        }
    }

    /// Empty if there is no such pool, or if its volumes are not files.
    private static func directory(
        ofPool pool: String, _ connection: Connection
    ) throws -> String {
        let xml: String
        do throws(LibvirtError) { xml = try connection.storagePool(name: pool).xml() } catch {
            guard error.code == .noStoragePool else { throw error }
            return ""
        }
        return try Document(parsing: xml).root.text("target/path") ?? ""
    }

    // MARK: Files

    /// Where the file of a target is; `nil` if libvirt alone knows.
    private func path(of target: StorageReference.Target) -> String? {
        switch target {
        case .path(let path): return path
        case .volume(let pool, let name):
            guard let directory = directories[pool], !directory.isEmpty else { return nil }
            return "\(directory)/\(name)"
        }
    }

    private func places(of target: StorageReference.Target) -> Set<VolumePlace> {
        var places = path(of: target).map { VolumePlace.all(ofPath: $0, isLocal: isLocal) } ?? []
        if case .volume(let pool, let name) = target {
            places.insert(.volume(pool: pool, name: name))
        }
        return places
    }

    /// Adds the files below the domains' images. libvirt's XML has them only while a domain runs.
    private mutating func addBackingFiles() {
        var known: [String: [BackingFile]] = [:]
        var added: Set<Use> = []
        // Grows while it is visited: a backing file may have one, too.
        var index = 0
        while index < uses.count {
            let use = uses[index]
            index += 1
            guard isOverlay(use), let path = path(of: use.target) else { continue }
            let named = known[path] ?? BackingFile.all(ofImage: path)
            known[path] = named
            for backing in named {
                let below = Use(
                    target: .path(backing.path),
                    user: User(
                        domain: use.user.domain, uuid: use.user.uuid,
                        isRunning: use.user.isRunning,
                        isWritable: backing.isDataFile && use.user.isWritable,
                        format: backing.format),
                    isBackingFile: true)
                // Each only once, or images that name each other would never end.
                if added.insert(below).inserted { uses.append(below) }
            }
        }
    }

    /// Whether the domain's QEMU would look for a backing file. A guest that writes a header into
    /// its raw disk must not have that effect.
    private func isOverlay(_ use: Use) -> Bool {
        switch use.user.format {
        case "qcow2", "qcow", "qed", "vmdk": true
        // The header of an overlay need not declare the format of the file below it, and then QEMU
        // probes. In XML, no format means raw.
        case nil: use.isBackingFile
        default: false
        }
    }
}
