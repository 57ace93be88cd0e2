import Host
import Libvirt
import Synchronization
import XML

/// The domain that a run makes, to be ended by whoever sees the run fail; another's of that name is
/// left alone, be it made meanwhile.
final class MadeDomain: Sendable {
    private let connection: Connection
    private let uri: String
    private let name: String
    /// Another's of that name ran before us.
    private let isForeign: Bool
    private let progress = Mutex(Progress.notBegun)
    /// What libvirt was given to start it.
    private let xml = Mutex("")

    private enum Progress {
        case notBegun
        /// libvirt was asked for it and has not answered.
        case asked
        case made(Domain)
        /// It is not there, be it that it did not start.
        case gone
    }

    init(_ host: TargetHost, name: String) {
        let connection = host.connection
        self.connection = connection
        self.name = name
        uri = host.uri
        var ran = false
        do throws(LibvirtError) { ran = try connection.domain(name: name).isActive() } catch {
            LibvirtError.forgetReported()
        }
        isForeign = ran
    }

    /// Makes it of `xml`.
    func make(
        _ xml: String, _ body: () throws(LibvirtError) -> Domain
    ) throws(LibvirtError) -> Domain {
        self.xml.withLock { $0 = xml }
        progress.withLock { $0 = .asked }
        do throws(LibvirtError) {
            let domain = try body()
            progress.withLock { $0 = .made(domain) }
            return domain
        } catch {
            // Who lost libvirt does not know whether it was made.
            if !error.isLoss { progress.withLock { $0 = .gone } }
            throw error
        }
    }

    /// Whether libvirt may still have it.
    var isThere: Bool {
        progress.withLock { progress in
            switch progress {
            case .notBegun, .gone: false
            case .asked, .made: true
            }
        }
    }

    func destroy() {
        do throws(LibvirtError) {
            try connection.insisting(uri: uri) { (connection) throws(LibvirtError) in
                try destroy(connection)
            }
        } catch {
            LibvirtError.forgetReported()
        }
    }

    private func destroy(_ connection: Connection) throws(LibvirtError) {
        do throws(LibvirtError) {
            switch progress.withLock({ $0 }) {
            case .notBegun, .gone: return
            case .asked:
                guard !isForeign else { return }
                try connection.domain(name: name).destroy()
            case .made(let domain): try connection.domain(uuid: domain.uuid()).destroy()
            }
        } catch {
            // It may have ended by itself, or never begun.
            guard [.noDomain, .operationInvalid].contains(error.code) else { throw error }
        }
        // It may have a definition, be it one that somebody gave it meanwhile.
        guard try !isDefined(connection) else { return }
        progress.withLock { $0 = .gone }
    }

    private func isDefined(_ connection: Connection) throws(LibvirtError) -> Bool {
        do throws(LibvirtError) { _ = try connection.domain(name: name) } catch {
            guard error.code == .noDomain else { throw error }
            return false
        }
        return true
    }

    /// Removes what its firmware stored, which libvirt does only for a domain that has a definition;
    /// also for one that did not start.
    func removeVariables() {
        guard case .gone = progress.withLock({ $0 }) else { return }
        do {
            let xml = self.xml.withLock { $0 }
            guard let definition = try Self.definition(forFirmwareOf: xml) else { return }
            try connection.insisting(uri: uri) { (connection) throws(LibvirtError) in
                guard try !isDefined(connection) else { return }
                let domain = try connection.defineDomain(definition)
                do throws(LibvirtError) { try domain.undefine(.nvram) } catch {
                    try domain.undefine()
                }
            }
        } catch {
            LibvirtError.forgetReported()
        }
    }

    /// As much as libvirt needs to know where the firmware stores; `nil` where it does not, or the
    /// command line has said where.
    private static func definition(forFirmwareOf xml: String) throws -> String? {
        let given = try Document(parsing: xml).root
        guard let os = given.element("os"), os.has("@firmware") || os.has("loader") else {
            return nil
        }
        if let nvram = os.element("nvram"), !nvram.text.isEmpty || nvram.has("source") {
            return nil
        }
        let small = Document(root: "domain").root
        small.set("@type", given["type"])
        for path in ["name", "uuid"] { small.set(path, given.value(path)) }
        small.set("memory", "1024")
        let part = small.make("os")
        for (name, value) in os.attributes { part.set("@\(name)", value) }
        for name in ["type", "firmware", "loader", "nvram"] {
            if let element = os.element(name) { part.append(copyOf: element) }
        }
        if let features = given.element("features") { small.append(copyOf: features) }
        return small.serialized(format: false)
    }
}
