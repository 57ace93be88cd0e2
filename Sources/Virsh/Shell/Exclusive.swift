extension Given {
    /// Refuses two options at once. virsh 9.0.0: `VSH_EXCLUSIVE_OPTIONS`.
    func exclusive<A, B>(_ a: Key<A>, _ b: Key<B>) throws {
        try exclusive(has(a), has(b), a.name, b.name)
    }

    /// Refuses two conditions at once, by the names that virsh gives them.
    /// virsh 9.0.0: `VSH_EXCLUSIVE_OPTIONS_EXPR`.
    func exclusive(_ a: Bool, _ b: Bool, _ nameA: String, _ nameB: String) throws {
        guard a, b else { return }
        throw CommandFailure("Options --\(nameA) and --\(nameB) are mutually exclusive")
    }

    /// Refuses an option without another. virsh 9.0.0: `VSH_REQUIRE_OPTION`.
    func requires<A, B>(_ a: Key<A>, _ b: Key<B>) throws {
        guard has(a), !has(b) else { return }
        throw CommandFailure("Option --\(b.name) is required by option --\(a.name)")
    }
}
