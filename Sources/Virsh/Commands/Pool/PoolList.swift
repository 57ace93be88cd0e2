import Libvirt
import Policy
import Text

extension Command {
    /// virsh 9.0.0: `cmdPoolList` in virsh-pool.c.
    static let poolList = Command("pool-list", .read, on: [.pool, .allGranted], help: "list pools")
    { options in
        let inactive = options.flag("inactive", "list inactive pools")
        let all = options.flag("all", "list active and inactive pools")
        let transient = options.flag("transient", "list only transient pools")
        let persistent = options.flag("persistent", "list only persistent pools")
        let autostart = options.flag("autostart", "list only pools with autostart")
        let noAutostart = options.flag("no-autostart", "list only pools without autostart")
        let type = options.string("type", "list only pools of these types, comma-separated")
        let details = options.flag("details", "print sizes, too")
        let uuid = options.flag("uuid", "print only uuids")
        let name = options.flag("name", "print only names")

        return { shell, given in
            try given.exclusive(all, inactive)
            var filter: Connection.StoragePoolFilter = .active
            if try given[inactive] { filter = .inactive }
            if try given[all] { filter = [.active, .inactive] }
            if try given[autostart] { filter.insert(.autostart) }
            if try given[noAutostart] { filter.insert(.noAutostart) }
            if try given[persistent] { filter.insert(.persistent) }
            if try given[transient] { filter.insert(.transient) }
            let types = try given[type]
            try given.exclusive(details, uuid)
            try given.exclusive(details, name)
            if let types { filter.formUnion(try poolTypes(types)) }

            let pools = try shell.pools(filter)
            // Build the table even if only names are printed: virsh queries all pools first, and
            // its errors about them come before the output.
            if try given[details] {
                shell.print(try shell.detailedTable(pools))
            } else {
                let table = try shell.table(pools)
                if try given[uuid] || given[name] {
                    try shell.printNames(pools, uuids: given[uuid], names: given[name])
                } else {
                    shell.print(table)
                }
            }
        }
    }
}

/// virsh 9.0.0: `vshStringToArray`, `virStoragePoolTypeFromString`.
private func poolTypes(_ words: String) throws -> Connection.StoragePoolFilter {
    var filter: Connection.StoragePoolFilter = []
    for word in commaSeparated(words) {
        switch word {
        case "dir": filter.insert(.dir)
        case "fs": filter.insert(.fs)
        case "netfs": filter.insert(.netfs)
        case "logical": filter.insert(.logical)
        case "disk": filter.insert(.disk)
        case "iscsi": filter.insert(.iscsi)
        case "iscsi-direct": filter.insert(.iscsiDirect)
        case "scsi": filter.insert(.scsi)
        case "mpath": filter.insert(.mpath)
        case "rbd": filter.insert(.rbd)
        case "sheepdog": filter.insert(.sheepdog)
        case "gluster": filter.insert(.gluster)
        case "zfs": filter.insert(.zfs)
        case "vstorage": filter.insert(.vstorage)
        default: throw CommandFailure("Invalid pool type '\(word)'")
        }
    }
    return filter
}

extension Shell {
    /// Pools, sorted by name. virsh 9.0.0: `virshStoragePoolListCollect`.
    fileprivate func pools(
        _ filter: Connection.StoragePoolFilter
    ) throws -> [(name: String, pool: StoragePool)] {
        let connection = try connection
        do throws(LibvirtError) {
            var pools: [(name: String, pool: StoragePool)] = []
            for pool in try connection.storagePools(filter) {
                pools.append((try pool.name(), pool))
            }
            return pools.sortedIgnoringCase { $0.name }
        } catch  where error.code == .noSupport {
            LibvirtError.forgetReported()
            try checkPools(filter, of: connection)
            return []
        } catch {
            throw CommandFailure("Failed to list pools")
        }
    }

    /// Makes the older calls that virsh makes if a driver cannot list pools. They fail on a host
    /// without a driver for storage.
    private func checkPools(
        _ filter: Connection.StoragePoolFilter, of connection: Connection
    ) throws(CommandFailure) {
        guard filter.isDisjoint(with: .types) else {
            throw CommandFailure("Filtering using --type is not supported by this libvirt")
        }
        if filter.contains(.active) {
            _ = try explaining("Failed to get the number of active pools ") {
                () throws(LibvirtError) in try connection.storagePoolCount(active: true)
            }
        }
        if filter.contains(.inactive) {
            _ = try explaining("Failed to get the number of inactive pools") {
                () throws(LibvirtError) in try connection.storagePoolCount(active: false)
            }
        }
    }

    fileprivate func table(_ pools: [(name: String, pool: StoragePool)]) throws -> Table {
        var table = Table("Name", "State", "Autostart")
        for (name, pool) in pools {
            let autostart = autostart(of: pool)
            var state = "unknown"
            if info(of: pool) != nil {
                // virsh treats a failed call (-1) as true.
                let isActive = tolerating { () throws(LibvirtError) in try pool.isActive() }
                state = isActive ?? true ? "active" : "inactive"
            }
            table.append(name, state, autostart)
        }
        return table
    }

    fileprivate func detailedTable(_ pools: [(name: String, pool: StoragePool)]) throws -> Table {
        var table = Table(
            "Name", "State", "Autostart", "Persistent", "Capacity", "Allocation", "Available")
        for (name, pool) in pools {
            let first = [name]
            let flags = [autostart(of: pool), persistence(of: pool)]
            guard let info = info(of: pool) else {
                table.append(first + ["unknown"] + flags + ["unknown", "unknown", "unknown"])
                continue
            }
            let sizes =
                info.isRunning
                ? [info.capacity, info.allocation, info.available].map(sizeText) : ["-", "-", "-"]
            table.append(first + [info.state?.name ?? "unknown"] + flags + sizes)
        }
        return table
    }

    private func info(of pool: StoragePool) -> StoragePool.Info? {
        let info = tolerating { () throws(LibvirtError) in try pool.info() }
        if info == nil { printError("Could not retrieve pool information") }
        return info
    }

    fileprivate func printNames(
        _ pools: [(name: String, pool: StoragePool)], uuids: Bool, names: Bool
    ) throws {
        for (name, pool) in pools {
            if uuids { print(try pool.uuid().padded(36) + (names ? " " : "\n")) }
            if names { print((version < .init(10, 3) ? name.padded(20) : name) + "\n") }
        }
    }
}
