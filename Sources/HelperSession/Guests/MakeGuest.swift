import Confinement
import GuestAccess
import InstallMedia
import Libvirt
import Lifetime
import Policy
import Protocol
import System
import Text
import Volumes
import Wire
import XML

extension Session {
    /// Makes a guest from a template, starts it, and waits for its port. If a step fails, or if the
    /// client disconnects, nothing of it is left.
    func makeGuest(
        _ order: GuestOrder, _ steps: inout Steps, _ progress: inout Progress
    ) throws -> Reply.Results {
        try checkGrants(order)
        try order.check()
        let template = try steps.run("reserve") { try self.template(of: order) }
        let identity = GuestIdentity(name: order.name, template: order.template)
        audit.add(.domain, identity.name)
        let forwards = try steps.run("reserve") {
            try ChangeableForwards(in: template.document, of: template.name, ports: order.ports)
        }
        let pool = order.pool ?? template.disks[0].pool
        try steps.run("copy") { try checkSource(order, template, pool) }
        let ports = try steps.run("reserve") {
            let demand = GuestDemand(
                template.needs, ports: forwards.count, of: policy.portsForGuests)
            return try admit(identity, demand, order, &progress)
        }
        do {
            try reservations.record.showGuests()
            let guest = try NewGuest(self, order, template, identity, inPool: pool)
            return try guest.make(forwards, ports, &steps)
        } catch {
            // If the guest's rollback has run by now, this does nothing.
            reservations.record.release(guest: identity.name)
            throw error
        }
    }

    private func checkGrants(_ order: GuestOrder) throws {
        try policy.check(template: order.template)
        if let name = order.name { try policy.check(newDomainName: name) }
        for port in [order.waitPort].compactMap({ $0 }) + (order.ports ?? []) {
            if let denial = policy.denial(ofGuestPort: port) { throw denial }
        }
    }

    /// Throws if the template cannot be cloned now.
    private func template(of order: GuestOrder) throws -> GuestTemplate {
        let name = order.template
        let connection = try host.open().unfiltered
        guard try connection.isLocal() else {
            throw RequestError(
                .unsupported,
                "guests can be made only on this host, and not on that of "
                    + "'\(try connection.uri())'")
        }
        let domain = try domainAtRest(name)
        if let holder = try reservations.otherHolder(of: name) {
            throw RequestError(
                .busy, "domain '\(name)' cannot be a template now: it is reserved by \(holder)",
                object: name)
        }
        if let new = order.name, try connection.domainIfAny(new) != nil {
            throw RequestError(
                .exists, "the name '\(new)' is in use: there is a domain with that name",
                object: new)
        }
        return try GuestTemplate(name, domain, connection)
    }

    /// A template, whose disks change if it runs. Looked up each time: while a request waits, the
    /// daemon may be restarted.
    fileprivate func domainAtRest(_ name: String) throws -> Domain {
        // The role grants it by its name, and need not show it.
        guard let domain = try host.open().unfiltered.domainIfAny(name) else {
            throw RequestError(.notFound, "there is no domain '\(name)'", object: name)
        }
        guard try !domain.isActive() else {
            throw RequestError(
                .busy, "domain '\(name)' cannot be a template now: it is running", object: name,
                hint: "shut it off first")
        }
        return domain
    }

    /// What is in `from`, which the client named.
    private func checkSource(
        _ order: GuestOrder, _ template: GuestTemplate, _ pool: String
    ) throws {
        for disk in template.disks {
            try gate.willMakeDisk(
                inPool: order.pool ?? disk.pool, isNamed: order.pool != nil)
        }
        let disk = template.disks[0]
        guard let from = order.from else {
            let own = try DirectoryPool(named: disk.pool, host.open().unfiltered)
            let image = try ClonedImage(disk.volume, in: own, format: disk.format)
            return try checkSeed(order, image)
        }
        let named = try DirectoryPool(named: pool, host.open())
        let image = try ClonedImage(from, in: named, format: disk.format)
        try gate.willRead(VolumeName(pool: pool, name: from.text))
        try checkSeed(order, image)
    }

    /// Fails if there is a seed, and the image certainly has nothing that reads it: no text of its
    /// files and their names mentions it. Only raw images show all their bytes; what is compressed
    /// or encrypted is not known, and a large image would take too long.
    private func checkSeed(_ order: GuestOrder, _ image: borrowing ClonedImage) throws {
        guard order.hasSeed, image.format == "raw" else { return }
        let readers = ["cloud-init", "cidata", "CIDATA"]
        // Encrypted partitions and compressed file systems begin so.
        let opaque = ["LUKS", "hsqs"]
        let mayRead: Bool?
        do throws(SystemError) {
            mayRead = try image.file.contains(anyOf: readers + opaque, limit: 4 << 30)
        } catch { throw RequestError("cannot read volume '\(image.name)'", error) }
        guard mayRead == false else { return }
        throw RequestError(
            .unsupported,
            "volume '\(image.name)' has no cloud-init, which would read 'user_data' and 'ssh_keys': "
                + "nothing in it mentions 'cloud-init' or 'cidata'", object: image.name)
    }
}

/// The making of one guest, whose name and ports the session has.
private struct NewGuest {
    private let session: Session
    private let order: GuestOrder
    private let template: GuestTemplate
    private let identity: GuestIdentity
    private let description: GuestDescription
    /// One for each of the template's disks.
    private let disks: [(pool: String, name: FileName)]
    private let seed: FileName?

    init(
        _ session: Session, _ order: GuestOrder, _ template: GuestTemplate,
        _ identity: GuestIdentity, inPool pool: String
    ) throws {
        self.session = session
        self.order = order
        self.template = template
        self.identity = identity
        description = try GuestDescription(template, identity)
        disks = try template.disks.enumerated().map { index, disk in
            let number = index == 0 ? "" : "-\(index)"
            return (
                index == 0 ? pool : order.pool ?? disk.pool,
                try volumeName("\(identity.stem)\(number).img")
            )
        }
        seed = order.hasSeed ? try volumeName("\(identity.stem)-seed.iso") : nil
    }

    func make(
        _ forwards: ChangeableForwards, _ ports: GuestPorts, _ steps: inout Steps
    ) throws -> Reply.Results {
        let host = session.host
        let record = session.reservations.record
        let hold = record.hold(of: identity.name)
        try session.report(step: "making guest '\(identity.name)' from '\(template.name)'")
        // What the copy has kept.
        defer { session.gate.releaseVolumes() }
        let guest = try steps.run("copy") {
            let guest = GuestOnDemand(try rollback(host, ports), ports)
            try copyDisks()
            try copyVariables()
            try writeSeed()
            // Its disk may have been written meanwhile.
            _ = try presentTemplate()
            return guest
        }
        try session.report(step: "starting it")
        try steps.run("start") {
            let connection = try host.open()
            let policy = session.policy
            try forwards.assign(ports.numbers) { try policy.address(ofForward: $0) }
            let supportsVHostUser =
                try connection.type() == "QEMU"
                && connection.daemonVersion() >= GuestDescription.vhostUserVersion
            if supportsVHostUser { try description.useVHostUser() }
            let xml = description.xml
            try CriticalSection.run {
                try record.step(on: identity.name, hold) {
                    _ = try connection.createDomain(.own(xml), [])
                }
            }
        }
        session.gate.releaseVolumes()
        var results = try session.results(
            ofStarted: identity.name, order.waitPort, order.timeout, &steps)
        try record.check(identity.name, hold)
        try Cancellation.settle()
        session.keep(guest, named: identity.name)
        // It also ends if another session takes its name by force.
        guard record.setStop(guest.rollback, of: hold) else {
            // One has taken it a moment ago.
            guest.rollback.run()
            try record.check(identity.name, hold)
            throw record.wasReleased(identity.name)
        }
        if order.pool == nil { results.members.append(("pool", .string(disks[0].pool))) }
        results.members.append(("seconds", steps.json))
        return results
    }

    private func rollback(_ host: HostConnection, _ ports: GuestPorts) throws -> Rollback {
        let record = session.reservations.record
        let name = identity.name
        let lock =
            identity.hasOwnName ? try TemporaryName(name, in: Directory(record.state.locks)) : nil
        return try begun().rollback(host, lock: lock) {
            record.release(guest: name)
            // They stay locked longer than the guest runs.
            ports.release()
        }
    }

    /// All files that the guest will have.
    private func begun() throws -> BegunClone {
        let connection = try session.host.open()
        var files: [TemporaryName] = []
        for (pool, name) in disks { files.append(try temporary(name.text, inPool: pool)) }
        if let seed { files.append(try temporary(seed.text, inPool: disks[0].pool)) }
        for path in paths() {
            let directory = parentDirectory(of: path)
            guard isDirectory(directory) else { continue }
            let name = String(path.split(separator: "/").last ?? "")
            files.append(try TemporaryName(name, in: Directory(directory)))
        }
        return BegunClone(
            uri: try connection.uri(), name: identity.name, uuid: identity.uuid,
            isLocal: true, files: files)
    }

    /// The files outside of pools.
    private func paths() -> [String] {
        var logs = description.logs
        var others = [description.nvram].compactMap { $0 }
        if identity.hasOwnName {
            // Else there would be one more of each with every guest.
            logs.append("/var/log/libvirt/qemu/\(identity.name).log")
            others.append("/var/log/swtpm/libvirt/qemu/\(identity.name)-swtpm.log")
        }
        // virtlogd keeps three older files of a log.
        return others + logs.flatMap { log in [log] + (0..<3).map { "\(log).\($0)" } }
    }

    private func temporary(_ name: String, inPool pool: String) throws -> TemporaryName {
        try TemporaryName(name, in: self.pool(pool).directory)
    }

    private func pool(_ name: String) throws -> DirectoryPool {
        try DirectoryPool(named: name, session.host.open().unfiltered)
    }

    /// The template, if it is what was read when the request began: that is what the guest becomes,
    /// and only the present one is judged.
    private func presentTemplate() throws -> Domain {
        let domain = try session.domainAtRest(template.name)
        guard try template.isUnchanged(domain) else {
            throw RequestError(
                .busy, "domain '\(template.name)' was changed meanwhile", object: template.name,
                hint: "try again")
        }
        return domain
    }

    private func copyDisks() throws {
        for (index, disk) in template.disks.enumerated() {
            let target = try pool(disks[index].pool)
            let format: String
            if index == 0, let from = order.from {
                let name = VolumeName(pool: disks[0].pool, name: from.text)
                format = try session.gate.exclusively {
                    try session.gate.willClone(disksOf: presentTemplate())
                    let image = try ClonedImage(from, in: target, format: disk.format)
                    try session.gate.willClone(
                        ImageBytes(of: image.file), as: disk.format, of: name)
                    // An overlay needs it, and it is not known as a disk before the start.
                    try session.gate.keepVolumes()
                    return try target.clone(image, as: disks[0].name)
                }
            } else {
                format = try session.gate.exclusively {
                    try session.gate.willClone(disksOf: presentTemplate())
                    try session.gate.keepVolumes()
                    let image = try ClonedImage(
                        disk.volume, in: pool(disk.pool), format: disk.format)
                    return try target.clone(image, as: disks[index].name)
                }
            }
            description.set(
                disk.element, file: "\(target.directory.path)/\(disks[index].name.text)",
                format: format)
        }
    }

    /// The variables of the template's firmware. With another system on the disk they would be
    /// those of the wrong one, so libvirt makes new ones.
    private func copyVariables() throws {
        guard order.from == nil, let old = template.nvram, let new = description.nvram,
            pathExists(old)
        else { return }
        do throws(SystemError) {
            let source = try FileDescriptor.readingRegular(old)
            let file = try AtomicFile(in: Directory(parentDirectory(of: new)))
            let bytes = try source.contents(limit: 64 << 20)
            try file.descriptor.write(bytes)
            try file.descriptor.apply(source.attributes())
            try file.publish(as: String(new.split(separator: "/").last ?? ""), replacing: false)
        } catch {
            throw RequestError("cannot copy the firmware's variables '\(old)'", error)
        }
    }

    private func writeSeed() throws {
        guard let seed else { return }
        let pool = try pool(disks[0].pool)
        let content = GuestSeed(
            instance: identity.uuid, name: identity.name, userData: order.userData,
            sshKeys: order.sshKeys)
        do {
            let file = try AtomicFile(in: pool.directory)
            try content.write(to: file.descriptor, in: pool.directory.path)
            try file.descriptor.apply(pool.directory.open(disks[0].name.text).attributes())
            try file.publish(as: seed.text, replacing: false)
        } catch let error as SystemError {
            throw RequestError("cannot write the seed to pool '\(pool.name)'", error)
        } catch let error as MediaError {
            throw RequestError(.system, error.message)
        }
        try description.add(
            readOnly: "\(pool.directory.path)/\(seed.text)", like: template.disks[0].element)
    }
}
