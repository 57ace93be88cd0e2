extension Check {
    static let pool = Check("pool") { view in
        let pools = try view.pools.get()
        guard !pools.isEmpty else { return [.error("there is no storage pool", createPoolHint)] }
        return pools.flatMap { pool in
            poolFindings(
                pool, isMissing: view.isLocal && pool.type == "dir" && isMissing(pool.path))
        }
    }
}

private let createPoolHint =
    "create one with atex-virt-helper-setup --pool, or by hand from "
    + examplePath("libvirt/pool-default.xml")

func poolFindings(_ pool: PoolFacts, isMissing: Bool = false) -> [Finding] {
    guard let type = pool.type else {
        return [.error("there is no pool '\(pool.name)'", createPoolHint)]
    }
    guard type == "dir" else {
        return [
            .error(
                "pool '\(pool.name)' is of type '\(type)', but volumes can only be copied in type 'dir'",
                "define a pool of type 'dir' and move the domains' disks into it")
        ]
    }
    // In the order in which they have to be solved: a pool without a directory cannot start.
    var problems: [Finding] = []
    if isMissing {
        problems.append(
            .error(
                "the directory '\(pool.path)' of pool '\(pool.name)' does not exist",
                "create it: virsh pool-build \(pool.name)"))
    }
    if !pool.isActive {
        problems.append(
            .error("pool '\(pool.name)' is not active", "start it: virsh pool-start \(pool.name)"))
    }
    if !pool.autostarts {
        problems.append(
            .warning(
                "pool '\(pool.name)' is not started at boot",
                "enable autostart: virsh pool-autostart \(pool.name)"))
    }
    return findings(
        problems,
        ok: "pool '\(pool.name)' is the directory '\(pool.path)', active, and started at boot")
}
