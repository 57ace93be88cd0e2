import Host
import Libvirt
import XML

extension HostCheck {
    static let pool = HostCheck("pool") { view in
        let isLocal = remoteHost(view.uri ?? "") == nil
        let pools = try view.pools.get()
        guard !pools.isEmpty else { return [.error("there is no storage pool", poolHint)] }
        return pools.flatMap { pool in
            pool.findings(isMissing: isLocal && pool.type == "dir" && isMissing(pool.path))
        }
    }

    static let poolReflinks = HostCheck("pool-reflinks") { view in
        try fileSystemFindings(view, reflinkFinding)
    }

    static let poolSpace = HostCheck("pool-space") { view in
        try fileSystemFindings(view, spaceFinding)
    }

    static let bootScratch = HostCheck("boot-scratch") { view in
        let connection = try view.connection()
        return [bootScratchFinding(try PoolFacts("boot-scratch", connection))]
    }

    private static func fileSystemFindings(
        _ view: HostView, _ finding: (PoolFacts, FileSystem) -> Finding
    ) throws -> [Finding] {
        let pools = try view.pools.get().filter { $0.type == "dir" }
        try view.requireLocal()
        guard !pools.isEmpty else { return [.unknown("there is no pool of type 'dir'")] }
        return pools.map { pool in
            do throws(SystemError) { return finding(pool, try FileSystem(of: pool.path)) } catch {
                return .unknown(
                    "cannot open '\(pool.path)' of pool '\(pool.name)': \(error.message)")
            }
        }
    }
}

private let poolHint =
    "create one with atex-virt-helper-setup --pool, or by hand from "
    + example("libvirt/pool-default.xml")

/// Whether there is surely nothing at a path.
func isMissing(_ path: String) -> Bool {
    do throws(SystemError) { _ = try FileStatus(of: path) } catch {
        return error.condition == .notFound
    }
    return false
}

/// What libvirt tells of a pool.
struct PoolFacts: Hashable, Sendable {
    let name: String
    /// E.g. `dir`; `nil` where there is no such pool.
    var type: String?
    var isActive = false
    var autostarts = false
    /// Where its volumes are.
    var path = ""

    init(name: String) { self.name = name }

    init(_ name: String, _ connection: Connection) throws {
        self.name = name
        let pool: StoragePool
        do throws(LibvirtError) { pool = try connection.storagePool(name: name) } catch {
            if error.code == .noStoragePool { return }
            throw error
        }
        let document = try Document(parsing: pool.xml())
        type = document.root["type"] ?? ""
        path = try document.text("/pool/target/path") ?? ""
        isActive = try pool.isActive()
        autostarts = try pool.autostart()
    }

    func findings(isMissing: Bool = false) -> [Finding] {
        guard let type else {
            return [
                .error("there is no pool '\(name)'", poolHint)
            ]
        }
        guard type == "dir" else {
            return [
                .error(
                    "pool '\(name)' is of type '\(type)', but volumes can only be copied in type 'dir'",
                    "define a pool of type 'dir' and move the domains' disks into it")
            ]
        }
        var problems: [Finding] = []
        if isMissing {
            problems.append(
                .error(
                    "the directory '\(path)' of pool '\(name)' does not exist",
                    "create it: virsh pool-build \(name)"))
        }
        if !isActive {
            problems.append(
                .error("pool '\(name)' is not active", "start it: virsh pool-start \(name)"))
        }
        if !autostarts {
            problems.append(
                .warning(
                    "pool '\(name)' is not started at boot",
                    "enable autostart: virsh pool-autostart \(name)"))
        }
        return HelperSession.findings(
            problems, ok: "pool '\(name)' is the directory '\(path)', active, and started at boot")
    }
}

func reflinkFinding(_ pool: PoolFacts, _ system: FileSystem) -> Finding {
    let place = "pool '\(pool.name)' is on \(system.name ?? "an unknown file system")"
    let hint =
        "for instant copies that use no extra space, use XFS made with 'mkfs.xfs -m reflink=1'"
    return switch system.sharesBlocks {
    case true?: .ok("\(place), which supports reflinks")
    case false?:
        .warning(
            "\(place)"
                + (system.name == "xfs" ? ", made without reflinks" : ", which has no reflinks"),
            hint)
    case nil: .unknown("\(place), which may or may not support reflinks", hint)
    }
}

func spaceFinding(_ pool: PoolFacts, _ system: FileSystem) -> Finding {
    let detail =
        "\(sizeText(system.available)) of \(sizeText(system.capacity)) free for pool "
        + "'\(pool.name)'"
    let hint = "delete unneeded volumes, or enlarge the file system"
    if system.available < system.capacity / 100 { return .error(detail, hint) }
    return system.available < system.capacity / 10 ? .warning(detail, hint) : .ok(detail)
}

/// Only installations need that pool.
func bootScratchFinding(_ pool: PoolFacts) -> Finding {
    guard pool.type != nil else {
        return .warning(
            "there is no pool 'boot-scratch', which virt-install uses for downloaded kernels",
            "create it with atex-virt-helper-setup --pool, or by hand from "
                + example("libvirt/pool-boot-scratch.xml"))
    }
    let problem = pool.findings().first { $0.status != .ok }
    return problem.map { .warning($0.detail, $0.hint) }
        ?? .ok("pool 'boot-scratch' is the directory '\(pool.path)'")
}
