import CleanUp
import Libvirt
import Lifetime
import Policy
import Synchronization
import System
import XML

/// The domain that a run creates, for the rollback. The rollback may run on another thread while
/// the main thread is inside a call of libvirt.
///
/// It must never destroy a domain of the same name that another client created, before or after.
final class CreatedDomain: Sendable {
    private let connection: Connection
    private let uri: String
    private let name: String
    /// Whether a domain of that name was already active, so that it cannot be ours.
    private let isForeign: Bool
    private let state = Mutex(State.notRequested)
    /// The XML that libvirt got to start the domain.
    private let xml = Mutex("")
    private let unlessTaken: InstallGate.Hooks.Step
    /// For another process, if this one is killed.
    let journal: JournalEntry
    private let isRemote: Bool

    private enum State {
        case notRequested
        /// libvirt was asked to create it and has not answered, or the connection was lost.
        case requested
        case created(Domain)
        /// The creation failed, or the domain was destroyed.
        case gone
    }

    /// `isRecorded`: the domain must not run on if this process is killed.
    init(_ host: TargetHost, name: String, isRecorded: Bool) {
        let connection = host.connection
        journal = JournalEntry(isRecorded ? .current : nil, isDurable: false)
        isRemote = host.isRemote
        unlessTaken = host.gate.unlessTaken
        self.connection = connection
        self.name = name
        uri = host.uri
        var wasActive = false
        do throws(LibvirtError) { wasActive = try connection.domain(name: name).isActive() } catch {
            // There is no such domain.
        }
        isForeign = wasActive
    }

    /// Writes down that libvirt will be asked to create the domain from `xml`.
    func willCreate(_ xml: String) throws {
        // A domain that is active already is not ours, and its creation fails.
        guard !isForeign, let uuid = try Document(parsing: xml).root.value("uuid") else { return }
        do throws(SystemError) { try note(uuid: uuid, .requested) } catch {
            throw InstallFailure(journal: error)
        }
    }

    /// Writes down that libvirt will be asked to start the domain again.
    func willStart(_ domain: Domain) throws {
        let uuid = try domain.uuid()
        do throws(SystemError) { try note(uuid: uuid, .requested) } catch {
            throw InstallFailure(journal: error)
        }
    }

    /// Writes down which run of the domain was started.
    func wasStarted(_ domain: Domain) {
        do {
            // Looked up again: the object has the number of the call that returned it.
            let uuid = try domain.uuid()
            guard let id = try connection.domain(name: name, uuid: uuid).id else { return }
            try note(uuid: uuid, .number(id))
        } catch {
            // The record says less then: that libvirt was asked to start it.
        }
    }

    private func note(uuid: String, _ run: BegunGuest.Run) throws(SystemError) {
        try journal.note(
            .guest(BegunGuest(uri: uri, name: name, uuid: uuid, isLocal: !isRemote, run)))
    }

    /// Runs `body`, which creates the domain from `xml`, and notes the result.
    func create(
        _ xml: String, _ body: () throws(LibvirtError) -> Domain
    ) throws(LibvirtError) -> Domain {
        self.xml.withLock { $0 = xml }
        // Before the call: libvirt may create the domain and lose the connection before it answers.
        state.withLock { $0 = .requested }
        do throws(LibvirtError) {
            let domain = try body()
            state.withLock { $0 = .created(domain) }
            wasStarted(domain)
            return domain
        } catch {
            // After a lost connection we do not know if the domain was created.
            if !error.isLoss { state.withLock { $0 = .gone } }
            throw error
        }
    }

    /// Whether libvirt may have the domain. Until it is known to be gone, its volumes must stay.
    var mayExist: Bool {
        state.withLock { state in
            switch state {
            case .notRequested, .gone: false
            case .requested, .created: true
            }
        }
    }

    /// Destroys the domain; retries with a new connection if this one is lost. If it throws,
    /// `mayExist` stays true, so the volumes are kept.
    func destroy() throws(LibvirtError) {
        try connection.insisting(uri: uri) { (connection) throws(LibvirtError) in
            try destroy(connection)
        }
    }

    private func destroy(_ connection: Connection) throws(LibvirtError) {
        try unlessTaken(name) { () throws(LibvirtError) in try destroyOwn(connection) }
    }

    private func destroyOwn(_ connection: Connection) throws(LibvirtError) {
        do throws(LibvirtError) {
            switch state.withLock({ $0 }) {
            case .notRequested, .gone: return
            case .requested:
                guard !isForeign, let uuid = requestedUUID else { return }
                // Another client may have made one of this name.
                try connection.domain(name: name, uuid: uuid).destroy()
            case .created(let domain):
                if connection === self.connection, connection.policy.showsAllObjects {
                    // In one call: a daemon that does not answer yet will execute it even if this
                    // process has ended by then.
                    try domain.destroy()
                } else {
                    // Another client may have reused the name or the UUID.
                    try present(domain, connection).destroy()
                }
            }
        } catch {
            // It has stopped by itself, or it was never created.
            guard [.noDomain, .operationInvalid].contains(error.code) else { throw error }
        }
        // A persistent domain still refers to its volumes after it is destroyed. The definition may
        // be ours, or another client may have added one.
        guard try !isDefined(connection) else { return }
        state.withLock { $0 = .gone }
    }

    private var requestedUUID: String? {
        do { return try Document(parsing: xml.withLock { $0 }).root.value("uuid") } catch {
            return nil
        }
    }

    /// Destroys the domain and removes its definition, which must be new; see `destroy`.
    func undo() throws(LibvirtError) {
        try connection.insisting(uri: uri) { (connection) throws(LibvirtError) in
            try unlessTaken(name) { () throws(LibvirtError) in try undoOwn(connection) }
        }
    }

    private func undoOwn(_ connection: Connection) throws(LibvirtError) {
        try destroyOwn(connection)
        // Only a domain that is known to be ours.
        guard case .created(let domain) = state.withLock({ $0 }) else { return }
        do throws(LibvirtError) {
            let defined = try present(domain, connection)
            do throws(LibvirtError) { try defined.undefine(.nvram) } catch {
                guard error.code != .noDomain else { throw error }
                // The driver has no such flag.
                try defined.undefine()
            }
        } catch {
            guard error.code == .noDomain else { throw error }
        }
        state.withLock { $0 = .gone }
    }

    /// Destroys the domain if it is active.
    func destroyIfActive(_ domain: Domain) throws(LibvirtError) {
        try unlessTaken(name) { () throws(LibvirtError) in
            let domain = try present(domain)
            if try domain.isActive() { try domain.destroy() }
        }
    }

    /// The domain that was created, if it was not replaced meanwhile.
    func present(
        _ domain: Domain, _ connection: Connection? = nil
    ) throws(LibvirtError) -> Domain {
        try (connection ?? self.connection).domain(name: name, uuid: domain.uuid())
    }

    private func isDefined(_ connection: Connection) throws(LibvirtError) -> Bool {
        do throws(LibvirtError) { _ = try connection.domain(name: name) } catch {
            guard error.code == .noDomain else { throw error }
            return false
        }
        return true
    }

    /// Removes the file with the firmware's variables, also if the domain did not start.
    ///
    /// libvirt creates that file for any domain, but removes it only when a definition is removed.
    /// So this defines a minimal domain with the same firmware and undefines it.
    func removeVariables() {
        guard case .gone = state.withLock({ $0 }) else { return }
        do {
            let xml = self.xml.withLock { $0 }
            guard let definition = try Self.definition(forFirmwareOf: xml) else { return }
            try connection.insisting(uri: uri) { (connection) throws(LibvirtError) in
                // Never redefine a domain that another client has created under this name.
                guard try !isDefined(connection) else { return }
                let domain = try connection.defineDomain(.own(definition))
                do throws(LibvirtError) { try domain.undefine(.nvram) } catch {
                    // The driver has no such flag; at least the definition must not stay.
                    try domain.undefine()
                }
            }
        } catch {
            // At worst a small file stays.
        }
    }

    /// The smallest definition for which libvirt chooses the same file for variables; `nil` if
    /// there is none, or if the command line names the file, which then belongs to the user.
    private static func definition(forFirmwareOf xml: String) throws -> String? {
        let original = try Document(parsing: xml).root
        guard let os = original.element("os"), os.has("@firmware") || os.has("loader") else {
            return nil
        }
        if let nvram = os.element("nvram"), !nvram.text.isEmpty || nvram.has("source") {
            return nil
        }
        let small = Document(root: "domain").root
        small.set("@type", original["type"])
        for path in ["name", "uuid"] { small.set(path, original.value(path)) }
        small.set("memory", "1024")
        let part = small.make("os")
        for (name, value) in os.attributes { part.set("@\(name)", value) }
        for name in ["type", "firmware", "loader", "nvram"] {
            if let element = os.element(name) { part.append(copyOf: element) }
        }
        // Some firmware is chosen only with a certain feature, e.g. secure boot with SMM.
        if let features = original.element("features") { small.append(copyOf: features) }
        return small.serialized(format: false)
    }
}
