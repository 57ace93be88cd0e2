import CSystem

/// A section of code that must not overlap with its rollback: a change, together with the update of
/// the state that the rollback reads.
///
/// A thread may enter another one inside, and the threads of other requests may be in theirs. If a
/// signal or a lost client ends the process, the current sections finish first (for at most
/// `endTimeoutSeconds`), and no other one begins.
package enum CriticalSection {
    package static func run<Value: ~Copyable, Failure>(
        _ body: () throws(Failure) -> Value
    ) throws(Failure) -> Value {
        atex_enter_critical_section()
        defer { atex_leave_critical_section() }
        return try body()
    }

    /// How long the end of the process waits for the current sections, and then for rollbacks.
    static let endTimeoutSeconds: UInt32 = 10

    /// Other threads that try to enter wait until the process ends.
    static func enterForever() { atex_enter_critical_section_for_exit(endTimeoutSeconds) }
}
