import Confinement
import Libvirt
import Policy
import XML

extension Command {
    /// virsh 9.0.0: `cmdUndefine` in virsh-domain.c.
    static let undefine = Command(
        "undefine", .define, on: [.domain, .volume, .allGranted],
        help: "remove a domain's definition, optionally its data"
    ) { options in
        let domain = options.domain()
        let managedSave = options.flag("managed-save", "remove its managed save image")
        let storage = options.string(
            "storage", "delete these volumes: targets or source paths, comma-separated",
            as: .any)
        let allStorage = options.flag("remove-all-storage", "delete all its volumes")
        options.alias("delete-snapshots", for: "delete-storage-volume-snapshots")
        let volumeSnapshots = options.flag(
            "delete-storage-volume-snapshots", "delete the volumes' snapshots too")
        let wipe = options.flag("wipe-storage", "wipe the volumes before deleting them")
        let snapshots = options.flag("snapshots-metadata", "remove its snapshots' metadata")
        let checkpoints = options.flag(
            "checkpoints-metadata", "remove its checkpoints' metadata")
        let nvram = options.flag("nvram", "remove its NVRAM file")
        let keepNVRAM = options.flag("keep-nvram", "keep its NVRAM file")
        let tpm = options.flag("tpm", "remove its TPM state")
        let keepTPM = options.flag("keep-tpm", "keep its TPM state")

        return { shell, given in
            try given.requires(volumeSnapshots, allStorage)
            try given.exclusive(nvram, keepNVRAM)
            try given.exclusive(tpm, keepTPM)
            // virsh ignores an empty list.
            let list = try given[storage].flatMap { $0.isEmpty ? nil : $0 }
            let allStorage = try given[allStorage]
            let wipe = try given[wipe]
            guard !wipe || list != nil || allStorage else {
                throw CommandFailure(
                    "'--wipe-storage' requires '--storage <string>' or '--remove-all-storage'")
            }
            let flags: Domain.UndefineFlags = try given.flags([
                (managedSave, .managedSave), (snapshots, .snapshotsMetadata),
                (checkpoints, .checkpointsMetadata), (nvram, .nvram), (keepNVRAM, .keepNVRAM),
                (tpm, .tpm), (keepTPM, .keepTPM),
            ])

            let word = try given[domain]
            let domain = try shell.domain(word)
            let isActive = try domain.isActive()
            let plan = try shell.plan(isActive, domain, flags)
            // Find the volumes first: the disks are not known after the domain is undefined.
            var volumes: [DiskVolume] = []
            if list != nil || allStorage {
                guard !isActive else {
                    throw CommandFailure(
                        "Storage volume deletion is supported only on stopped domains")
                }
                guard list == nil || !allStorage else {
                    throw CommandFailure("Specified both --storage and --remove-all-storage")
                }
                volumes = try shell.diskVolumes(of: domain, listed: list.map(commaSeparated))
            }
            let withSnapshots = try given[volumeSnapshots]
            try shell.gate.exclusively {
                try shell.gate.willUndefine(domain, removingNVRAM: flags.contains(.nvram))
                // Before the first change: afterwards nothing is left that a denial could prevent.
                for disk in volumes { try shell.gate.willWrite(shell.name(of: disk.volume)) }
                try shell.undefine(domain, word, plan)
                shell.printExtra("Domain '\(word)' has been undefined")
            } thenSlowly: {
                try shell.remove(volumes, wipe: wipe, withSnapshots: withSnapshots)
            }
        }
    }
}

// MARK: The domain

/// How to undefine a domain without leaving an orphaned save image or snapshot metadata.
private struct Plan {
    var flags: Domain.UndefineFlags
    /// True if one call of `virDomainUndefineFlags` is enough: the daemon then removes or
    /// refuses everything that the flags are about.
    var isSafe: Bool
    var hasManagedSave: Bool
    /// How many snapshots have metadata that libvirt keeps.
    var metadataCount: Int32
}

extension Shell {
    /// virsh 9.0.0: the middle part of `cmdUndefine`.
    fileprivate func plan(
        _ isActive: Bool, _ domain: Domain, _ requested: Domain.UndefineFlags
    ) throws -> Plan {
        var isManagedSaveSafe = requested.contains(.managedSave)
        var areSnapshotsSafe = requested.contains(.snapshotsMetadata)
        var hasManagedSave = false
        var snapshots: Int32 = 0
        var metadata: Int32 = 0
        // A running domain becomes transient: its save image and snapshots are not affected.
        if !isActive {
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
                // A daemon that can count snapshots with metadata also knows all flags of
                // `virDomainUndefineFlags`, so it refuses by itself. For an older one assume
                // that every snapshot has metadata.
                if counted != nil { (isManagedSaveSafe, areSnapshotsSafe) = (true, true) }
                metadata = counted ?? snapshots
            }
        }
        var flags = requested
        // Flags about things that do not exist are dropped: an old daemon may not know them.
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

    /// The result of `body`, or `nil` if the hypervisor does not support the call.
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

    /// virsh 9.0.0: the end of `cmdUndefine`.
    fileprivate func undefine(_ domain: Domain, _ word: String, _ plan: Plan) throws {
        let failure = CommandFailure("Failed to undefine domain '\(word)'")
        let hasNVRAM = plan.flags.contains(.nvram)
        if plan.isSafe || hasNVRAM {
            // `nvram` has no equivalent below: with it, a failure of this call is final.
            do throws(LibvirtError) {
                return try domain.undefine(plan.flags)
            } catch {
                guard !hasNVRAM, error.code == .noSupport || error.code == .invalidArgument
                else { throw failure }
                LibvirtError.forgetReported()
            }
        }
        // The call with flags is unknown or not safe: do its steps one by one.
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

// MARK: The volumes

/// A volume to delete, with the disk's names for it.
private struct DiskVolume {
    let volume: StorageVolume
    let source: String
    let target: String
}

extension Shell {
    /// The volumes of the domain's disks. With a list, only the disks that it names by target
    /// or source; an unknown name in it is an error.
    fileprivate func diskVolumes(
        of domain: Domain, listed list: [String]?
    ) throws -> [DiskVolume] {
        let xml = try explaining("Failed to get domain description xml") {
            () throws(LibvirtError) in try domain.xml()
        }
        // A name is replaced by `nil` once a disk matched it. Names that remain are unknown.
        var wanted: [String?]? = list
        var volumes: [DiskVolume] = []
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
                volumes.append(DiskVolume(volume: volume, source: source, target: target))
            }
        }
        let unknown = (wanted ?? []).compactMap(\.self)
        for name in unknown {
            printError("Volume '\(name)' was not found in domain's definition.\(lineEndInError)")
        }
        guard unknown.isEmpty else { throw CommandFailure.silent }
        return volumes
    }

    /// The volume of a disk. If libvirt does not know one, prints an error and returns `nil`:
    /// virsh still undefines the domain then.
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
                    + "Remove it manually.\(lineEndInError)")
        }
        return volume
    }

    /// Deletes the volumes. A failure does not stop the loop, but fails the command at the end.
    fileprivate func remove(
        _ volumes: [DiskVolume], wipe: Bool, withSnapshots: Bool
    ) throws(CommandFailure) {
        var isComplete = true
        for disk in volumes {
            if wipe {
                do throws(LibvirtError) {
                    try disk.volume.wipe()
                } catch {
                    // A volume that could not be wiped is kept: deleting it would leave its
                    // data on the host's disk.
                    printError("Failed! Volume not removed.")
                    isComplete = false
                    continue
                }
            }
            do throws(LibvirtError) {
                try disk.volume.delete(withSnapshots ? .withSnapshots : [])
                printExtra("Volume '\(disk.target)'(\(disk.source)) removed.")
            } catch {
                printError(
                    "Failed to remove storage volume '\(disk.target)'(\(disk.source))")
                isComplete = false
            }
        }
        guard isComplete else { throw .silent }
    }
}
