import Libvirt
import XML

extension Command {
    /// virsh 9.0.0: `cmdUndefine` in virsh-domain.c.
    static let undefine = Command(
        "undefine", .changes, help: "forget a domain, and what it left if asked to"
    ) { options in
        let domain = options.domain()
        let managedSave = options.flag("managed-save", "and its saved state")
        let storage = options.string(
            "storage", "and these volumes: targets or source paths, with commas", as: .any)
        let allStorage = options.flag("remove-all-storage", "and all its volumes")
        options.alias("delete-snapshots", for: "delete-storage-volume-snapshots")
        let volumeSnapshots = options.flag(
            "delete-storage-volume-snapshots", "with the volumes' snapshots")
        let wipe = options.flag("wipe-storage", "and overwrite the volumes before")
        let snapshots = options.flag("snapshots-metadata", "and what is known of its snapshots")
        let checkpoints = options.flag(
            "checkpoints-metadata", "and what is known of its checkpoints")
        let nvram = options.flag("nvram", "and its NVRAM")
        let keepNVRAM = options.flag("keep-nvram", "but not its NVRAM")
        let tpm = options.flag("tpm", "and its TPM's state")
        let keepTPM = options.flag("keep-tpm", "but not its TPM's state")

        return { shell, given in
            try given.requires(volumeSnapshots, allStorage)
            try given.exclusive(nvram, keepNVRAM)
            try given.exclusive(tpm, keepTPM)
            // virsh passes over a list that is there but empty.
            let list = try given[storage].flatMap { $0.isEmpty ? nil : $0 }
            let allStorage = try given[allStorage]
            let wipe = try given[wipe]
            guard !wipe || list != nil || allStorage else {
                throw CommandFailure(
                    "'--wipe-storage' requires '--storage <string>' or '--remove-all-storage'")
            }
            var flags: Domain.UndefineFlags = []
            let choices: KeyValuePairs<Domain.UndefineFlags, Key<Bool>> = [
                .managedSave: managedSave, .snapshotsMetadata: snapshots,
                .checkpointsMetadata: checkpoints, .nvram: nvram, .keepNVRAM: keepNVRAM,
                .tpm: tpm, .keepTPM: keepTPM,
            ]
            for (flag, key) in choices where try given[key] { flags.insert(flag) }

            let word = try given[domain]
            let domain = try shell.domain(word)
            let isActive = try domain.isActive()
            let plan = try shell.plan(isActive, domain, flags)
            var volumes: [DoomedVolume] = []
            if list != nil || allStorage {
                guard !isActive else {
                    throw CommandFailure(
                        "Storage volume deletion is supported only on stopped domains")
                }
                guard list == nil || !allStorage else {
                    throw CommandFailure("Specified both --storage and --remove-all-storage")
                }
                volumes = try shell.doomedVolumes(of: domain, listed: list.map(listed))
            }
            try shell.undefine(domain, word, plan)
            shell.printExtra("Domain '\(word)' has been undefined")
            let withSnapshots = try given[volumeSnapshots]
            try shell.remove(volumes, wipe: wipe, withSnapshots: withSnapshots)
        }
    }
}

// MARK: The domain

/// How a domain can be undefined without stranding what it left.
private struct Plan {
    var flags: Domain.UndefineFlags
    /// Whether the call with flags does all that is asked for, and refuses what it must.
    var isSafe: Bool
    var hasManagedSave: Bool
    var metadataCount: Int32
}

extension Shell {
    fileprivate func plan(
        _ isActive: Bool, _ domain: Domain, _ asked: Domain.UndefineFlags
    ) throws -> Plan {
        var isManagedSaveSafe = asked.contains(.managedSave)
        var areSnapshotsSafe = asked.contains(.snapshotsMetadata)
        var hasManagedSave = false
        var snapshots: Int32 = 0
        var metadata: Int32 = 0
        if !isActive {  // of a running domain only the definition goes
            hasManagedSave =
                try unlessUnsupported { () throws(LibvirtError) in
                    try domain.hasManagedSave()
                } ?? false
            snapshots =
                try unlessUnsupported { () throws(LibvirtError) in
                    try domain.snapshotCount()
                } ?? 0
            if snapshots != 0 {
                let counted = attempt { () throws(LibvirtError) in
                    try domain.snapshotCount(withMetadata: true)
                }
                if counted != nil { (isManagedSaveSafe, areSnapshotsSafe) = (true, true) }
                metadata = counted ?? snapshots
            }
        }
        var flags = asked
        if !hasManagedSave {
            flags.remove(.managedSave)
            isManagedSaveSafe = true
        }
        if snapshots == 0 { areSnapshotsSafe = true }
        if metadata == 0 {
            flags.remove(.snapshotsMetadata)
            areSnapshotsSafe = true
        }
        return Plan(
            flags: flags, isSafe: isManagedSaveSafe && areSnapshotsSafe,
            hasManagedSave: hasManagedSave, metadataCount: metadata)
    }

    /// What `body` gives, or `nil` where the hypervisor has no such call.
    private func unlessUnsupported<Value>(
        _ body: () throws(LibvirtError) -> Value
    ) throws(LibvirtError) -> Value? {
        do throws(LibvirtError) {
            return try body()
        } catch {
            guard error.code == .noSupport else { throw error }
            LibvirtError.forgetReported()
            return nil
        }
    }

    fileprivate func undefine(_ domain: Domain, _ word: String, _ plan: Plan) throws {
        let failure = CommandFailure("Failed to undefine domain '\(word)'")
        let hasNVRAM = plan.flags.contains(.nvram)
        if plan.isSafe || hasNVRAM {
            do throws(LibvirtError) {
                return try domain.undefine(plan.flags)
            } catch {
                guard !hasNVRAM, error.code == .noSupport || error.code == .invalidArgument
                else { throw failure }
                LibvirtError.forgetReported()
            }
        }
        // The call with flags is unknown or unsafe: piece by piece.
        if plan.hasManagedSave {
            guard plan.flags.contains(.managedSave) else {
                throw CommandFailure(
                    "Refusing to undefine while domain managed save image exists")
            }
            try domain.removeManagedSave()
        }
        guard plan.metadataCount == 0 else {
            throw plan.flags.contains(.snapshotsMetadata)
                ? CommandFailure(
                    "Unable to remove metadata of \(plan.metadataCount) snapshots")
                : CommandFailure(
                    "Refusing to undefine while \(plan.metadataCount) snapshots exist")
        }
        do throws(LibvirtError) { try domain.undefine() } catch { throw failure }
    }
}

// MARK: Its volumes

/// A volume that goes with its domain.
private struct DoomedVolume {
    let volume: StorageVolume
    let source: String
    let target: String
}

extension Shell {
    /// The volumes of the domain's disks, only those that a list names if there is one.
    fileprivate func doomedVolumes(
        of domain: Domain, listed list: [String]?
    ) throws -> [DoomedVolume] {
        let xml = try explaining("Failed to get domain description xml") {
            () throws(LibvirtError) in try domain.xml()
        }
        var wanted: [String?]? = list
        var volumes: [DoomedVolume] = []
        for disk in try Document(parsing: xml).nodes("/domain/devices/disk") {
            let target = try disk.text("./target/@dev") ?? ""
            let source = try disk.text(
                "./source/@file|./source/@dir|./source/@name|./source/@dev|./source/@volume")
            guard let source, !source.isEmpty else { continue }
            if let known = wanted {
                let place = known.firstIndex { $0 == target || $0 == source }
                guard let place else { continue }
                wanted?[place] = nil as String?
            }
            let pool = try disk.text("./source/@pool").flatMap { $0.isEmpty ? nil : $0 }
            if let volume = try volume(source, target, pool: pool) {
                volumes.append(DoomedVolume(volume: volume, source: source, target: target))
            }
        }
        let unknown = (wanted ?? []).compactMap(\.self)
        for name in unknown {
            printError("Volume '\(name)' was not found in domain's definition.\n")
        }
        guard unknown.isEmpty else { throw CommandFailure.silent }
        return volumes
    }

    /// A disk's volume; `nil` where libvirt has none, which is told.
    private func volume(
        _ source: String, _ target: String, pool: String?
    ) throws -> StorageVolume? {
        let connection = try connection
        var storagePool: StoragePool?
        if let pool {
            storagePool = attempt { () throws(LibvirtError) in
                try connection.storagePool(name: pool)
            }
            guard storagePool != nil else {
                printError("Storage pool '\(pool)' for volume '\(target)' not found.")
                return nil
            }
        }
        let volume = attempt { () throws(LibvirtError) in
            if let storagePool { return try storagePool.volume(name: source) }
            return try connection.storageVolume(path: source)
        }
        if volume == nil {
            printError(
                "Storage volume '\(target)'(\(source)) is not managed by libvirt. "
                    + "Remove it manually.\n")
        }
        return volume
    }

    fileprivate func remove(
        _ volumes: [DoomedVolume], wipe: Bool, withSnapshots: Bool
    ) throws(CommandFailure) {
        var isComplete = true
        for doomed in volumes {
            if wipe {
                do throws(LibvirtError) {
                    try doomed.volume.wipe()
                } catch {
                    printError("Failed! Volume not removed.")
                    isComplete = false
                    continue
                }
            }
            do throws(LibvirtError) {
                try doomed.volume.delete(withSnapshots ? .withSnapshots : [])
                printExtra("Volume '\(doomed.target)'(\(doomed.source)) removed.")
            } catch {
                printError(
                    "Failed to remove storage volume '\(doomed.target)'(\(doomed.source))")
                isComplete = false
            }
        }
        guard isComplete else { throw .silent }
    }
}
