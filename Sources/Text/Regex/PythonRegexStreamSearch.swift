import CPCRE2

/// Searches bytes that arrive in pieces, as Python's `re.search` would search all of them: a match
/// may begin in one piece and end in another. Bytes that are not UTF-8 count as U+FFFD. Only the
/// part in which a match may have begun is kept in memory.
package final class PythonRegexStreamSearch {
    private let regex: PythonRegex
    private let match: OpaquePointer
    private let context: OpaquePointer?
    private let time = MatchTime()
    /// The characters before its start on which a match may depend (lookbehind).
    private let charactersBefore: Int
    /// Whether a match can begin at the start of the text only.
    private let isAnchored: Bool

    /// The bytes, in UTF-8, that a match may still need.
    private var text: [UInt8] = []
    /// The first index of `text` at which a match may begin.
    private var start = 0
    /// The bytes of a character that has not arrived completely.
    private var unfinished: [UInt8] = []

    /// The maximum length of a match, in bytes.
    package static let window = 64 << 10
    /// The limit of steps for one start position: some milliseconds. A match over the whole window
    /// needs a third of them.
    private static let stepLimit: UInt32 = 200_000
    /// The number of start positions to try between two looks at the clock.
    private static let positionsPerTurn = 64
    /// The processor time that one piece may take.
    private static let nanosecondLimit: Int64 = 500_000_000
    /// What each byte adds to the second for all pieces: a search may last for days.
    private static let nanosecondsPerByte: Int64 = 1000

    package init(_ regex: PythonRegex) {
        self.regex = regex
        match = pcre2_match_data_create_8(1, nil)
        context = MatchLimits.context(of: regex.code, steps: Self.stepLimit)
        var number: UInt32 = 0
        pcre2_pattern_info_8(regex.code, UInt32(PCRE2_INFO_MAXLOOKBEHIND), &number)
        // At least one: the start of what we kept must not match as the start of the text.
        charactersBefore = Int(number) + 1
        pcre2_pattern_info_8(regex.code, UInt32(PCRE2_INFO_ALLOPTIONS), &number)
        isAnchored = number & PCRE2_ANCHORED != 0
    }

    deinit {
        pcre2_match_context_free_8(context)
        pcre2_match_data_free_8(match)
    }

    /// Searches these bytes, which follow all earlier ones, and returns the text of the first
    /// match; `nil` if there is none yet. Throws if searching takes too long.
    package func feed(_ bytes: ArraySlice<UInt8>) throws(RegexError) -> String? {
        var arrived = unfinished + bytes
        unfinished = []
        // A character split between two pieces must not become U+FFFD.
        let whole = Self.lengthOfCompleteCharacters(arrived)
        unfinished = Array(arrived[whole...])
        arrived.removeSubrange(whole...)
        text += String(decoding: arrived, as: UTF8.self).utf8
        time.extend(nanoseconds: Int64(bytes.count) * Self.nanosecondsPerByte)
        guard !time.isUsedUp else { throw Self.tooSlow }
        if let found = try time.spend({ () throws(RegexError) in try search() }) {
            return String(decoding: text[found], as: UTF8.self)
        }
        dropSearched()
        return nil
    }

    /// The first match. If there is none, moves `start` to where a match may have begun.
    private func search() throws(RegexError) -> Range<Int>? {
        let end = threadNanoseconds() + Self.nanosecondLimit
        var begun: Int?
        var place = start
        while place <= text.count {
            let last = place + Self.positionsPerTurn
            // PCRE2 cannot be interrupted. Limiting where a match may start, not how far it
            // reaches, makes each call short without losing a match.
            pcre2_set_offset_limit_8(context, last)
            // PARTIAL_SOFT prefers a complete match to a longer one that has only begun. No UTF
            // check: `text` was decoded, and `place` is at the start of a character.
            let result = pcre2_match_8(
                regex.code, text, text.count, place,
                PCRE2_PARTIAL_SOFT | PCRE2_NO_UTF_CHECK, match, context)
            switch result {
            case PCRE2_ERROR_NOMATCH: break
            // Only the first one: dropping bytes after it would lose that match. Later positions
            // are still tried, because a complete match may begin there.
            case PCRE2_ERROR_PARTIAL: begun = begun ?? bounds.lowerBound
            case PCRE2_ERROR_MATCHLIMIT, PCRE2_ERROR_DEPTHLIMIT, PCRE2_ERROR_HEAPLIMIT:
                throw Self.tooSlow
            case ..<0: throw RegexError(message: PythonRegex.message(result), position: 0)
            default: return bounds
            }
            // Every later position would fail after the same work.
            if isAnchored { break }
            guard threadNanoseconds() < end else { throw Self.tooSlow }
            place = last + 1
            while place < text.count, Self.isContinuation(text[place]) { place += 1 }
        }
        start = begun ?? text.count
        return nil
    }

    private var bounds: Range<Int> {
        // Valid until the next match or until `match` is freed. The limits are a precaution: a
        // wrong range would end the process.
        guard let ends = pcre2_get_ovector_pointer_8(match) else { return 0..<0 }
        let lower = min(Int(ends[0]), text.count)
        return lower..<max(lower, min(Int(ends[1]), text.count))
    }

    /// Drops what no later match can need.
    private func dropSearched() {
        // Bounds the memory for an expression such as `a.*b` with DOTALL, whose match never ends.
        start = max(start, text.count - Self.window)
        while start < text.count, Self.isContinuation(text[start]) { start += 1 }
        var kept = start
        // PCRE2 counts a lookbehind in characters, not in bytes.
        for _ in 0..<charactersBefore where kept > 0 {
            repeat { kept -= 1 } while kept > 0 && Self.isContinuation(text[kept])
        }
        text.removeSubrange(..<kept)
        start -= kept
    }

    private static let tooSlow = RegexError(
        message: "searching for it takes too long", position: 0)

    private static func isContinuation(_ byte: UInt8) -> Bool { byte & 0xC0 == 0x80 }

    /// The number of bytes without an incomplete character at the end.
    private static func lengthOfCompleteCharacters(_ bytes: [UInt8]) -> Int {
        for back in 1...3 where back <= bytes.count {
            let byte = bytes[bytes.count - back]
            if isContinuation(byte) { continue }
            let length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1
            return length > back ? bytes.count - back : bytes.count
        }
        return bytes.count
    }
}
