import CPCRE2

/// PCRE2's limits for one expression. Clients choose expressions, e.g. `(a+)+b` or one with
/// thousands of groups; PCRE2's own limits would allow seconds and 20 GB. C: `pcre2_match_context`.
enum MatchLimits {
    /// What the saved positions of backtracking may take, in KiB.
    private static let heapKiB: UInt32 = 32 << 10
    /// Up to this size of a saved position, a step's time does not depend on it. In bytes.
    private static let smallFrame = 1 << 10

    /// A new context for matching an expression. An expression with many groups gets fewer steps
    /// than `steps`, because each step copies the positions of all groups.
    static func context(of code: OpaquePointer, steps: UInt32) -> OpaquePointer? {
        let context = pcre2_match_context_create_8(nil)
        var frame = 0
        pcre2_pattern_info_8(code, UInt32(PCRE2_INFO_FRAMESIZE), &frame)
        pcre2_set_match_limit_8(context, steps / UInt32(max(1, frame / smallFrame)))
        pcre2_set_heap_limit_8(context, heapKiB)
        return context
    }
}
