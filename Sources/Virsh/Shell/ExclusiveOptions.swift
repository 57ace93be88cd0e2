// Which options may or must be given together. virsh 9.0.0: VSH_EXCLUSIVE_OPTIONS and related
// macros in vsh.h. Some of them check which options were given, others check variables: hence two
// forms.

extension ParsedOptions {
    /// Fails if both options were given. virsh: VSH_EXCLUSIVE_OPTIONS
    func exclusive<A, B>(_ a: Key<A>, _ b: Key<B>) throws(CommandFailure) {
        try exclusive(has(a), has(b), a.name, b.name)
    }

    /// Fails if both conditions hold. The names are those of the options that imply them.
    /// virsh: VSH_EXCLUSIVE_OPTIONS_EXPR, VSH_EXCLUSIVE_OPTIONS_VAR
    func exclusive(
        _ a: Bool, _ b: Bool, _ nameA: String, _ nameB: String
    ) throws(CommandFailure) {
        guard a, b else { return }
        throw CommandFailure("Options --\(nameA) and --\(nameB) are mutually exclusive")
    }

    /// Fails unless exactly one of two conditions holds. virsh: VSH_ALTERNATIVE_OPTIONS_EXPR
    func alternative(
        _ a: Bool, _ b: Bool, _ nameA: String, _ nameB: String
    ) throws(CommandFailure) {
        try exclusive(a, b, nameA, nameB)
        guard a || b else {
            throw CommandFailure("Either --\(nameA) or --\(nameB) must be provided")
        }
    }

    /// Fails if the first option was given without the second. virsh: VSH_REQUIRE_OPTION
    func requires<A, B>(_ a: Key<A>, _ b: Key<B>) throws(CommandFailure) {
        try requires(has(a), has(b), a.name, b.name)
    }

    /// Fails if the first condition holds without the second.
    /// virsh: VSH_REQUIRE_OPTION_EXPR, VSH_REQUIRE_OPTION_VAR
    func requires(
        _ a: Bool, _ b: Bool, _ nameA: String, _ nameB: String
    ) throws(CommandFailure) {
        guard a, !b else { return }
        throw CommandFailure("Option --\(nameB) is required by option --\(nameA)")
    }
}
