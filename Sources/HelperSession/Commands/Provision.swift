import Host
import Libvirt

extension SessionCommand {
    ///     C: {"cmd": "provision", "pool": "default", "from": "9.6.img", "filter": "rhel9-.*",
    ///         "wait": 600, "wait_port": 22, "timeout": 120}
    ///     S: {"success": true, "cmd": "provision", ..., "domain": "rhel9-2",
    ///         "forwards": [...], "address": "127.0.0.1", "port": 2202,
    ///         "seconds": {"reserve": 0.004, "stop": 0.000, "copy": 0.005, "start": 0.310,
    ///                     "wait": 11.204}}
    static let provision = SessionCommand(
        "provision",
        summary: "reserve a domain, give it a copy of a volume, start it, wait for its port"
    ) { parameters in
        let pool = parameters.name("pool", "the pool of the volume and of the domain's disk")
        let from = parameters.string("from", "the volume to copy onto the domain's disk")
        let filter = parameters.optionalString(
            "filter", "regular expression of Python's that the domain's whole name must match")
        let wait = parameters.optionalSeconds("wait", "how long to wait for a free domain")
        let waitPort = parameters.optionalPort(
            "wait_port", "the guest's port that must answer before the reply")
        let timeout = parameters.optionalSeconds(
            "timeout", "how long to wait for that, 300 if left out")
        let wantsProgress = parameters.progress()

        return { session, request in
            let wish = Provisioning(
                pool: try request[pool], from: try volumeName(request[from]),
                waitPort: try request[waitPort], timeout: try request[timeout] ?? 300)
            let filter = try DomainFilter(request[filter])
            var progress = session.progress(of: request, try request[wantsProgress])
            var steps = Steps()
            let (wait, host) = (try request[wait], session.host)
            // Before anybody waits for a domain, it must be of use.
            _ = try steps.take("reserve") { try filter.matching(session.persistentDomains()) }
            try steps.take("copy") {
                _ = try DirectoryPool(named: wish.pool, host.open()).open(wish.from)
            }
            let name = try steps.take("reserve") { try session.reserve(filter, wait: wait) }
            do {
                return try session.prepare(name, wish, &steps, &progress)
            } catch {
                _ = session.reservations.release(name)
                throw error
            }
        }
    }
}

/// What the client wants, but for the domain.
private struct Provisioning {
    let pool: String
    let from: FileName
    let waitPort: UInt16?
    /// In seconds.
    let timeout: Double
}

/// How long each step took; a failure inside of one names it.
private struct Steps {
    private(set) var seconds: [(name: String, seconds: Double)] = []

    mutating func take<Value>(_ name: String, _ body: () throws -> Value) throws -> Value {
        let start = ContinuousClock.now
        defer { add(start.duration(to: .now), to: name) }
        do { return try body() } catch { throw Refusal(error).inStep(name) }
    }

    private mutating func add(_ duration: Duration, to name: String) {
        let passed = duration / .seconds(1)
        if let index = seconds.firstIndex(where: { $0.name == name }) {
            seconds[index].seconds += passed
        } else {
            seconds.append((name, passed))
        }
    }
}

extension Session {
    /// Brings a reserved domain up with its new disk. Whatever fails, or should the client go: the
    /// domain is stopped.
    fileprivate func prepare(
        _ name: String, _ wish: Provisioning, _ steps: inout Steps, _ progress: inout Progress
    ) throws -> Results {
        let (domain, uuid) = try steps.take("reserve") {
            let domain = try host.open().domain(name: name)
            return (domain, try domain.uuid())
        }
        let undo = Undo(
            try host.undoing { (connection) throws(LibvirtError) in try stop(uuid, connection) })
        try steps.take("stop") {
            if try domain.isActive() { try Lifeline.step { try domain.destroy() } }
            // What the memory held belongs to the old disk.
            try forgetSavedState(domain)
        }
        try steps.take("copy") {
            let pool = try DirectoryPool(named: wish.pool, host.open())
            let target = try CopyTarget(name, in: wish.pool, host.open())
            try pool.copy(wish.from, to: target, progress: &progress)
        }
        try steps.take("start") { try Lifeline.step { try domain.start() } }
        let forwards = try steps.take("start") { try self.forwards(ofDomain: name) }
        let place: (address: String, port: UInt16)?
        if let port = wish.waitPort {
            let found = try steps.take("wait") {
                try waitForPort(port, of: name, timeout: wish.timeout)
            }
            place = (found.address, found.port)
        } else {
            place = try steps.take("start") { try placeOfForward(to: 22, of: name) }
        }
        undo.forget()
        return [
            "domain": .string(name),
            "forwards": .array(forwards.flatMap(\.listed).map(\.object)),
            "address": place.map { .string($0.address) } ?? .null,
            "port": place.map { .integer(Int64($0.port)) } ?? .null,
            "seconds": .object(steps.seconds.map { ($0.name, .seconds($0.seconds)) }),
        ]
    }
}

private func forgetSavedState(_ domain: Domain) throws(LibvirtError) {
    do throws(LibvirtError) {
        if try domain.hasManagedSave() { try domain.removeManagedSave() }
    } catch {
        // A driver that saves nothing has nothing to forget.
        guard error.code == .noSupport else { throw error }
    }
}

/// Ends a domain if it runs; it may have ended already, or never begun.
private func stop(_ uuid: String, _ connection: Connection) throws(LibvirtError) {
    let domain = try connection.domain(uuid: uuid)
    if try domain.isActive() { try domain.destroy() }
}
