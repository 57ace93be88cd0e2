package import System

/// Something that a session has begun, and that must go if the session ends before it is done.
///
/// It says all that another process needs to know to undo it, and to leave alone what someone else
/// has made under the same name since.
package enum Begun: Hashable, Sendable {
    case temporaryName(TemporaryName)
    case volume(BegunVolume)
    case guest(BegunGuest)

    /// E.g. `volume 'a.img' of pool 'default'`.
    package var text: String {
        switch self {
        case .temporaryName(let name): "temporary file '\(name.directory)/\(name.name)'"
        case .volume(let volume):
            "\(volume.hasUniqueName ? "temporary" : "incomplete") volume '\(volume.name)' of pool "
                + "'\(volume.pool)'"
        case .guest(let guest): "domain '\(guest.name)'"
        }
    }
}

/// A name that only one file ever gets, because it is random.
package struct TemporaryName: Hashable, Sendable {
    package let directory: String
    /// Tells whether the directory is the same one: at its path there is another one as long as its
    /// file system is not mounted.
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

    /// Removes the file; returns whether there was one. Throws `ENODEV` if there is none because the
    /// directory is not the one in which it was made.
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
        /// libvirt was asked for a volume of this capacity, in bytes, when there was none of this
        /// name. Whether it has made it is not known.
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

/// A domain that a session starts, and that must not run on without it.
package struct BegunGuest: Hashable, Sendable {
    package let uri: String
    package let name: String
    package let uuid: String
    /// The boot of this host, if the domain runs here: it does not survive another boot.
    package let boot: String?
    package var run: Run

    /// Which of the domain's runs is meant.
    package enum Run: Hashable, Sendable {
        /// libvirt was asked to start the domain, which did not run.
        case requested
        /// The run with this number. C: `virDomainGetID`.
        case number(UInt32)
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
