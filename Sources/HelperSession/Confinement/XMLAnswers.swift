import Confinement
import GuestAccess
import Libvirt
import Policy
import System
import XML

/// Answers what `XMLJudge` asks about the role and the host, for one document.
final class XMLAnswers {
    private let gate: SessionGate
    /// With all objects of the host.
    private let connection: Connection
    /// The domain that is changed or redefined; `nil` for a new one. In a document of a domain it
    /// is known after the first question, which is about the name.
    private(set) var domain: Domain?
    private var uuid: String?
    /// Whether the document replaces the definition of the domain.
    private let isReplacing: Bool
    /// The pool of a new volume.
    private let pool: String?
    /// The largest capacity or allocation of a new volume.
    private(set) var largestSize: UInt64 = 0
    private lazy var disks = Result { try DiskCheck(gate, of: uuid, isReplacing: isReplacing) }
    private lazy var others = Result { try OtherDomains(connection, than: uuid) }

    init(
        _ gate: SessionGate, of domain: Domain? = nil, replacing: Bool = false,
        pool: String? = nil
    ) throws {
        self.gate = gate
        connection = try gate.hostObjects
        self.domain = domain
        uuid = try domain?.uuid()
        isReplacing = replacing
        self.pool = pool
    }

    var questions: XMLQuestions {
        let (role, policy) = (gate.role, gate.policy)
        var questions = XMLQuestions()
        questions.maxMemoryBytes = role.maxMemoryBytes
        questions.maxVCPUs = role.maxVCPUs
        questions.isNameGranted = { try self.isGranted(name: $0, uuid: $1) }
        questions.isUUIDGranted = { uuid, _ in try self.isGranted(uuid: uuid) }
        questions.accessToPool = { policy.access(toPool: $0) }
        questions.isVolumeGranted = { try self.disks.get().isGranted($0) }
        questions.isNetworkGranted = { policy.shows(network: $0) }
        questions.isMACFree = { try !self.others.get().have(mac: $0) }
        questions.isHostAddressGranted = { address in
            guard let address else {
                return role.hostAddresses.isSuperset(of: ["0.0.0.0", "::"])
            }
            return role.hostAddresses.contains(address)
        }
        questions.areHostPortsGranted = { try self.areGranted($0) }
        questions.isNewVolumeGranted = { try self.isNew(volume: $0) }
        questions.isCapacityGranted = { bytes in
            self.largestSize = max(self.largestSize, bytes)
            return bytes <= role.maxUploadBytes
        }
        questions.isBackingVolumeGranted = { try self.disks.get().isBackingGranted($0, $1) }
        return questions
    }

    /// Checks what a stored definition names beyond its form.
    func checkStored(_ xml: String) throws {
        let root = try Document(parsing: xml).root
        try disks.get().checkStart(xml, present: nil)
        for mac in try root.nodes("devices/interface/mac/@address").map(\.text)
        where try others.get().have(mac: mac.lowercased()) {
            throw Denial("another domain has a MAC address of the stored definition")
        }
        for forward in try Forward.all(in: Document(parsing: xml), of: "") {
            guard try !others.get().have(forward) else {
                throw Denial("another domain has a host port of the stored definition")
            }
        }
        // What the domain has now is not more than what it gets.
        let present = try domain.map { try Document(parsing: $0.xml(.inactive)).root }
        let memory = try root.text("memory")
        if memory != (try present?.text("memory")),
            (memory.flatMap { UInt64($0) } ?? .max) > gate.role.maxMemoryBytes / 1024
        {
            throw Denial("the memory of the stored definition is more than the role allows")
        }
        let vcpus = try root.text("vcpu")
        if vcpus != (try present?.text("vcpu")),
            (vcpus.flatMap { Int($0) } ?? .max) > gate.role.maxVCPUs
        {
            throw Denial("the vCPUs of the stored definition are more than the role allows")
        }
    }

    private func isGranted(name: String, uuid: String?) throws -> Bool {
        guard gate.policy.shows(domain: name) else { return false }
        domain = try connection.domainIfAny(name)
        self.uuid = try domain?.uuid()
        return domain == nil || uuid == self.uuid
    }

    private func isGranted(uuid: String) throws -> Bool {
        if uuid == self.uuid { return true }
        defer { LibvirtError.forgetReported() }
        let isTaken =
            try exists(.noDomain) { () throws(LibvirtError) in _ = try connection.domain(uuid: uuid)
            }
            || exists(.noStoragePool) { () throws(LibvirtError) in
                _ = try connection.storagePool(uuid: uuid)
            }
            || exists(.noNetwork) { () throws(LibvirtError) in
                _ = try connection.network(uuid: uuid)
            }
        return !isTaken
    }

    private func exists(
        _ code: LibvirtError.Code, _ lookUp: () throws(LibvirtError) -> Void
    ) throws(LibvirtError) -> Bool {
        do throws(LibvirtError) { try lookUp() } catch {
            guard error.code == code || error.code == .noSupport else { throw error }
            return false
        }
        return true
    }

    private func areGranted(_ wanted: HostPorts) throws -> Bool {
        let isInRole = wanted.ports.allSatisfy { port in
            gate.role.hostPorts.contains { $0.contains(port) }
        }
        return try isInRole && !others.get().have(wanted)
    }

    private func isNew(volume name: String) throws -> Bool {
        guard let pool, FileName(name) != nil, gate.policy.allowsWriting(volume: name) else {
            return false
        }
        defer { LibvirtError.forgetReported() }
        do throws(LibvirtError) {
            _ = try connection.storagePool(name: pool).volume(name: name)
        } catch {
            guard error.code == .noStorageVolume else { throw error }
            return true
        }
        return false
    }
}

/// What domains other than the one that is changed have, hidden ones and those that do not run
/// included.
private struct OtherDomains {
    private var xml: [String] = []
    private var forwards: [Forward] = []

    /// `uuid`: of the domain that is changed.
    init(_ connection: Connection, than uuid: String?) throws {
        for domain in try connection.domains() {
            do throws(LibvirtError) {
                guard try domain.uuid() != uuid else { continue }
                xml.append(try domain.xml(.inactive))
                if domain.id != nil { xml.append(try domain.xml()) }
            } catch {
                // Otherwise it has vanished since it was listed. The error could name it.
                guard error.code == .noDomain else {
                    throw Denial("the other domains of the host cannot be examined")
                }
                LibvirtError.forgetReported()
            }
        }
        for text in xml {
            let document = try Document(parsing: text)
            // A forward without a range takes all ports that are free.
            for node in try document.nodes("//portForward[not(range[not(@exclude='yes')])]") {
                node.remove()
            }
            forwards += try Forward.all(in: document, of: "")
        }
        xml = xml.map { $0.lowercased() }
    }

    /// Also if it is among QEMU's own arguments.
    func have(mac: String) -> Bool { xml.contains { $0.contains(mac) } }

    func have(_ wanted: HostPorts) -> Bool {
        forwards.contains {
            $0.proto.rawValue == wanted.transport.rawValue
                && $0.hostPorts.overlaps(
                    Int(wanted.ports.lowerBound)...Int(wanted.ports.upperBound))
        }
    }

    func have(_ other: Forward) -> Bool {
        forwards.contains {
            $0.proto == other.proto && $0.hostPorts.overlaps(other.hostPorts)
        }
    }
}
