extension Given {
    /// Refuses two options that exclude each other. virsh 9.0.0: VSH_EXCLUSIVE_OPTIONS_EXPR.
    func exclusive(
        _ hasFirst: Bool, _ hasSecond: Bool, _ first: String, _ second: String
    ) throws(CommandFailure) {
        guard hasFirst, hasSecond else { return }
        throw CommandFailure("Options --\(first) and --\(second) are mutually exclusive")
    }
}
