import Libvirt

/// The options `--build`, `--no-overwrite` and `--overwrite` of commands that start a pool.
struct BuildOptions {
    private let build: Key<Bool>
    private let noOverwrite: Key<Bool>
    private let overwrite: Key<Bool>

    init(_ options: inout Options) {
        build = options.flag("build", "build the pool first")
        noOverwrite = options.noOverwrite()
        overwrite = options.overwrite()
    }

    func flags(_ given: ParsedOptions) throws -> StoragePool.CreateFlags {
        try given.exclusive(overwrite, noOverwrite)
        var flags: StoragePool.CreateFlags = []
        if try given[build] { flags.insert(.build) }
        if try given[overwrite] { flags.insert(.overwrite) }
        if try given[noOverwrite] { flags.insert(.noOverwrite) }
        return flags
    }
}

extension Options {
    mutating func noOverwrite() -> Key<Bool> {
        flag("no-overwrite", "fail if there is data already")
    }

    mutating func overwrite() -> Key<Bool> {
        flag("overwrite", "overwrite existing data")
    }
}
