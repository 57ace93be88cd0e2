import System

extension Check {
    static let poolSpace = Check("pool-space") { view in
        try view.fileSystemFindings(spaceFinding)
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

extension HostView {
    /// One finding about the file system of each directory pool.
    func fileSystemFindings(
        _ finding: (PoolFacts, FileSystem) -> Finding
    ) throws -> [Finding] {
        let pools = try pools.get().filter { $0.type == "dir" }
        try requireLocal()
        guard !pools.isEmpty else { return [.unknown("there is no pool of type 'dir'")] }
        return pools.map { pool in
            do throws(SystemError) { return finding(pool, try FileSystem(of: pool.path)) } catch {
                return .unknown(
                    "cannot open '\(pool.path)' of pool '\(pool.name)': \(error.message)")
            }
        }
    }
}
