package import System

/// The result of a step that must be undone if the session ends before the step is finished, or a
/// thing that is to last only as long as the session.
///
/// It contains what another process needs to undo the step, and to recognize what someone else has
/// since made under the same name.
package enum Begun: Hashable, Sendable {
    case temporaryName(TemporaryName)
    case volume(BegunVolume)
    case temporaryVolume(TemporaryVolume)
    case guest(BegunGuest)
    case clone(BegunClone)

    /// Whether what was begun later may need it.
    package var isVolume: Bool {
        switch self {
        case .volume, .temporaryVolume: true
        case .temporaryName, .guest, .clone: false
        }
    }

    /// E.g. `volume 'a.img' of pool 'default'`.
    package var text: String {
        switch self {
        case .temporaryName(let name): "temporary file '\(name.directory)/\(name.name)'"
        case .volume(let volume):
            "\(volume.hasUniqueName ? "temporary" : "incomplete") volume '\(volume.name)' of pool "
                + "'\(volume.pool)'"
        case .temporaryVolume(let volume):
            "temporary volume '\(volume.name)' of pool '\(volume.pool)'"
        case .guest(let guest): "domain '\(guest.name)'"
        case .clone(let clone): "guest '\(clone.name)'"
        }
    }
}

/// A name that only one file ever gets, because it is random.
package struct TemporaryName: Hashable, Sendable {
    package let directory: String
    /// Identifies the directory: while its file system is not mounted, its path leads to another
    /// one.
    package let inode: UInt64
    package let name: String

    package init(_ name: String, in directory: borrowing Directory) throws(SystemError) {
        self.directory = directory.path
        inode = try directory.descriptor.status().identity.number
        self.name = name
    }

    init(directory: String, inode: UInt64, name: String) {
        self.directory = directory
        self.inode = inode
        self.name = name
    }

    /// Removes the file; returns whether there was one. Throws `ENODEV` if there is none because
    /// the directory is not the one in which it was made.
    package func remove() throws(SystemError) -> Bool {
        let directory = try Directory(directory)
        if try directory.kind(of: name) != nil {
            try directory.remove(name)
            return true
        }
        guard try directory.descriptor.status().identity.number == inode else { throw .noDevice }
        return false
    }
}

/// A volume that is made by libvirt.
package struct BegunVolume: Hashable, Sendable {
    package let uri: String
    package let pool: String
    package let name: String
    package var identity: Identity

    /// How to recognize the volume.
    package enum Identity: Hashable, Sendable {
        /// No other volume ever gets its name.
        case uniqueName
        /// libvirt was asked for a volume of this capacity, in bytes, when no volume had this name,
        /// or only one that was about to be deleted. It is not known whether libvirt has made it.
        case requested(UInt64)
        /// libvirt has made it: its key, and its file if that is on this host.
        case made(key: String, FileBirth?)
    }

    package init(uri: String, pool: String, name: String, _ identity: Identity) {
        self.uri = uri
        self.pool = pool
        self.name = name
        self.identity = identity
    }

    package var hasUniqueName: Bool { identity == .uniqueName }
}

/// A domain that a session starts, and that must be stopped if the session ends too early.
package struct BegunGuest: Hashable, Sendable {
    package let uri: String
    package let name: String
    package let uuid: String
    /// Identifies this boot of the host, if the domain runs here: after the next boot it does not
    /// run.
    package let boot: String?
    package var run: Run

    /// Which of the domain's runs is meant.
    package enum Run: Hashable, Sendable {
        /// libvirt was asked to start the domain, which did not run.
        case requested
        /// The run with this number. C: `virDomainGetID`.
        case number(UInt32)
        /// Any: the session has reserved the domain.
        case any
    }

    package init(uri: String, name: String, uuid: String, isLocal: Bool, _ run: Run) {
        self.uri = uri
        self.name = name
        self.uuid = uuid
        boot = isLocal ? ProcessInformation.boot : nil
        self.run = run
    }

    init(uri: String, name: String, uuid: String, boot: String?, run: Run) {
        self.uri = uri
        self.name = name
        self.uuid = uuid
        self.boot = boot
        self.run = run
    }
}
