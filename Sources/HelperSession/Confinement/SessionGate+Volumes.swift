import Confinement
import Libvirt
import Policy
import Protocol
import System
import Volumes
import XML

extension SessionGate {
    func enterSection() throws {
        if !effects.isHeld { examined = [:] }
        let isEntered: Bool
        do throws(SystemError) { isEntered = try effects.enter(within: patience) } catch {
            throw Denial("the lock of the host's effects cannot be taken: \(error.message)")
        }
        guard isEntered else {
            throw Busy(
                "other sessions have been changing domains and volumes of this host for "
                    + "\(patience.components.seconds) s; nothing was changed; try again")
        }
    }

    func leaveSection() { effects.leave() }

    func willUse(_ pool: StoragePool) throws {
        let name = try pool.name()
        _ = try examining("pool '\(name)'") { try localPool(name, hostObjects) }
    }

    func willRead(_ volume: VolumeName) throws {
        try requireReadable(examine(volume, for: .read))
    }

    func willGoOnReading(_ volume: VolumeName, _ file: () throws -> FileStatus?) throws {
        guard .now >= nextReadCheck else { return }
        let file = try file()
        // Nobody can write to a file that has no name any more.
        if file?.linkCount != 0 {
            let found = try examine(volume, for: .read)
            let present = try examining(found.shown) { try FileStatus(of: found.path).identity }
            guard file == nil || file?.identity == present else {
                throw Busy("\(found.shown) was renamed or replaced while it was read")
            }
            try requireReadable(found)
        }
        nextReadCheck = .now + .seconds(1)
    }

    func willWrite(_ volume: VolumeName) throws {
        guard policy.allowsWriting(volume: volume.name) else {
            throw Denial("volume '\(volume.name)' is not granted for writing")
        }
        try requireWritable(examine(volume, for: .readWrite))
    }

    func willMakeFile(named name: String) throws {
        // An empty file takes no bytes, but something of what the file system has.
        let limit = 1000
        let names = try examining("the session's directory") { try Directory.names(in: ".") }
        guard names.count < limit || names.contains(name) else {
            throw Denial("this session has \(limit) files, and no more are granted")
        }
    }

    func willStore(bytes: UInt64) throws {
        let limit = role.maxUploadBytes
        if let left = stored.add(bytes, limit: limit) {
            throw Denial(
                "\(bytes) bytes are more than this session may still store: \(left) of "
                    + "\(limit) (max-upload)")
        }
    }

    func hasRemoved(bytes: UInt64) { stored.remove(bytes) }

    // MARK: Users

    /// Every domain that may change the volume is granted, and not held by another identity.
    func requireReadable(_ volume: ConfinedVolume, except uuid: String? = nil) throws {
        for user in volume.users where user.isWritable && user.uuid != uuid {
            guard let domain = try domain(of: user, volume) else { continue }
            try willLookInto(domain)
        }
    }

    /// Every domain that uses the volume is one that this session may change.
    func requireWritable(_ volume: ConfinedVolume, except uuid: String? = nil) throws {
        var asked: Set<String> = []
        for user in volume.users where user.uuid != uuid && asked.insert(user.uuid).inserted {
            guard let domain = try domain(of: user, volume) else { continue }
            try willChange(domain)
        }
    }

    /// A user, which must not be hidden; `nil` if it has vanished.
    private func domain(of user: VolumeUsers.User, _ volume: ConfinedVolume) throws -> Domain? {
        guard policy.shows(domain: user.domain) else {
            throw Denial("\(volume.shown) is used by a domain that is not granted")
        }
        let host = try hostObjects
        do throws(LibvirtError) { return try host.domain(uuid: user.uuid) } catch {
            guard error.code == .noDomain else { throw error }
            LibvirtError.forgetReported()
            return nil
        }
    }

    // MARK: New volumes

    func judged(
        volume xml: String, in pool: String, from original: VolumeName?
    ) throws -> PermittedXML {
        var capacity: UInt64 = 0
        if let original {
            try willRead(original)
            // libvirt makes the new volume at least as large.
            capacity = try requireReshapable(original)?.capacity ?? 0
        }
        guard policy.access(toPool: pool) == .readWrite else {
            throw Denial("creating a volume in pool '\(pool)' is not granted")
        }
        let answers = try XMLAnswers(self, pool: pool)
        let judged = try XMLJudge(answers.questions).judge(xml, as: .volume)
        try willWrite(VolumeName(pool: pool, name: judged.facts.name ?? ""))
        try willStore(bytes: max(capacity, answers.largestSize))
        return PermittedXML(judged: judged.text)
    }

    func judged(
        clone xml: String, of original: VolumeName, named name: String
    ) throws -> PermittedXML {
        let format = try requireReshapable(original)?.format ?? .raw
        // The rest of the original's XML is libvirt's, and not what a client may write.
        let source = try Document(parsing: xml).root
        var made = Writer()
        try made.element("volume") { made in
            made.element("name", text: name)
            for size in ["capacity", "allocation"] {
                guard let text = try source.text(size) else { continue }
                made.element(size, ["unit": "bytes"], text: text)
            }
            try made.element("target") { made in
                made.element("format", ["type": format.rawValue])
                if format == .qcow2, try source.text("target/compat") == "1.1" {
                    made.element("compat", text: "1.1")
                }
            }
        }
        return try judged(volume: made.text, in: original.pool, from: original)
    }

    func shown(volumeXML xml: String) throws -> String {
        let document = try Document(parsing: xml)
        let backing = document.root.elements("backingStore")
        var isComplete = true
        for element in backing {
            let path = try element.text("path") ?? ""
            let isGranted = try examining("the volume") { try grantedVolume(at: path) != nil }
            guard !isGranted else { continue }
            element.remove()
            isComplete = false
        }
        return isComplete ? xml : document.root.serialized(format: false) + "\n"
    }
}
