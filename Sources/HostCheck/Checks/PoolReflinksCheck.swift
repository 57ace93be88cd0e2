import System

extension Check {
    static let poolReflinks = Check("pool-reflinks") { view in
        try view.fileSystemFindings(reflinkFinding)
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
            place + (system.name == "xfs" ? ", made without reflinks" : ", which has no reflinks"),
            hint)
    case nil: .unknown("\(place), which may or may not support reflinks", hint)
    }
}
