extension Check {
    static let bootScratch = Check("boot-scratch") { view in
        let connection = try view.connection()
        return [bootScratchFinding(try PoolFacts("boot-scratch", connection))]
    }
}

/// At most a warning, because only virt-install needs the pool.
func bootScratchFinding(_ pool: PoolFacts) -> Finding {
    guard pool.type != nil else {
        return .warning(
            "there is no pool 'boot-scratch', which virt-install uses for downloaded kernels",
            "create it with atex-virt-helper-setup --pool, or by hand from "
                + examplePath("libvirt/pool-boot-scratch.xml"))
    }
    let problem = poolFindings(pool).first { $0.status != .ok }
    return problem.map { .warning($0.detail, $0.hint) }
        ?? .ok("pool 'boot-scratch' is the directory '\(pool.path)'")
}
