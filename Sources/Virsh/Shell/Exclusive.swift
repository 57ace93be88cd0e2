// What options say about each other. virsh 9.0.0: the macros VSH_EXCLUSIVE_OPTIONS and its like
// in vsh.h. Some of them look at what was given, others at variables: hence the two forms.

extension ParsedOptions {
    /// Refuses two options that were both given. virsh: VSH_EXCLUSIVE_OPTIONS
    func exclusive<A, B>(_ a: Key<A>, _ b: Key<B>) throws(CommandFailure) {
        try exclusive(has(a), has(b), a.name, b.name)
    }

    /// Refuses two conditions that both hold, known to the user as options.
    /// virsh: VSH_EXCLUSIVE_OPTIONS_EXPR, VSH_EXCLUSIVE_OPTIONS_VAR
    func exclusive(
        _ a: Bool, _ b: Bool, _ nameA: String, _ nameB: String
    ) throws(CommandFailure) {
        guard a, b else { return }
        throw CommandFailure("Options --\(nameA) and --\(nameB) are mutually exclusive")
    }

    /// Refuses anything but exactly one of two. virsh: VSH_ALTERNATIVE_OPTIONS_EXPR
    func alternative(
        _ a: Bool, _ b: Bool, _ nameA: String, _ nameB: String
    ) throws(CommandFailure) {
        try exclusive(a, b, nameA, nameB)
        guard a || b else {
            throw CommandFailure("Either --\(nameA) or --\(nameB) must be provided")
        }
    }

    /// Refuses the first option without the second. virsh: VSH_REQUIRE_OPTION
    func requires<A, B>(_ a: Key<A>, _ b: Key<B>) throws(CommandFailure) {
        try requires(has(a), has(b), a.name, b.name)
    }

    /// Refuses the first condition without the second.
    /// virsh: VSH_REQUIRE_OPTION_EXPR, VSH_REQUIRE_OPTION_VAR
    func requires(
        _ a: Bool, _ b: Bool, _ nameA: String, _ nameB: String
    ) throws(CommandFailure) {
        guard a, !b else { return }
        throw CommandFailure("Option --\(nameB) is required by option --\(nameA)")
    }
}
