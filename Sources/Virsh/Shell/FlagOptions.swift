extension ParsedOptions {
    /// The union of the flags whose options were given. Fails if one of them was given with `tree`.
    func flags<Flags: OptionSet>(
        _ options: [(Key<Bool>, Flags)], unless tree: Key<Bool>? = nil
    ) throws(CommandFailure) -> Flags where Flags.Element == Flags {
        var flags: Flags = []
        for (option, flag) in options where has(option) {
            if let tree, has(tree) {
                throw CommandFailure("--\(option.name) and --\(tree.name) are mutually exclusive")
            }
            flags.insert(flag)
        }
        return flags
    }
}
