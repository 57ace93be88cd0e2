import CPCRE2

/// A search in bytes that come piece by piece, with the meaning that Python's `re.search` has for
/// all that came so far: a match may begin in one piece and end in another. Bytes that are not
/// UTF-8 count as U+FFFD. Of what came, only that is kept where a match may have begun.
package final class PatternSearch {
    private let pattern: Pattern
    private let match: OpaquePointer
    private let context: OpaquePointer
    /// How many characters before its start a match may depend on.
    private let charactersBefore: Int
    /// Whether a match can only begin at one place.
    private let isAnchored: Bool

    /// What a match may need, in UTF-8.
    private var text: [UInt8] = []
    /// Where in `text` a match may begin.
    private var start = 0
    /// The first bytes of a character whose others are still to come.
    private var unfinished: [UInt8] = []

    /// How long a match may be, in bytes.
    package static let window = 64 << 10
    /// How many steps one place may take: some milliseconds. A match over the whole window needs
    /// a third of them.
    private static let stepLimit: UInt32 = 200_000
    /// After so many places there is a look at the clock.
    private static let places = 64
    /// How much of the processor's time one piece may take.
    private static let nanosecondLimit: Int64 = 500_000_000

    package init(_ pattern: Pattern) {
        self.pattern = pattern
        match = pcre2_match_data_create_8(1, nil)
        context = pcre2_match_context_create_8(nil)
        pcre2_set_match_limit_8(context, Self.stepLimit)
        var number: UInt32 = 0
        pcre2_pattern_info_8(pattern.code, UInt32(PCRE2_INFO_MAXLOOKBEHIND), &number)
        // One at least: a start of the text that is none must not look like one.
        charactersBefore = Int(number) + 1
        pcre2_pattern_info_8(pattern.code, UInt32(PCRE2_INFO_ALLOPTIONS), &number)
        isAnchored = number & PCRE2_ANCHORED != 0
    }

    deinit {
        pcre2_match_context_free_8(context)
        pcre2_match_data_free_8(match)
    }

    /// Goes on with these bytes behind all before; the first match's text, once there is one. An
    /// error where that takes too long to tell.
    package func feed(_ bytes: ArraySlice<UInt8>) throws(PatternError) -> String? {
        var come = unfinished + bytes
        unfinished = []
        let whole = Self.lengthOfWholeCharacters(come)
        unfinished = Array(come[whole...])
        come.removeSubrange(whole...)
        text += String(decoding: come, as: UTF8.self).utf8
        if let found = try search() {
            return String(decoding: text[found], as: UTF8.self)
        }
        forget()
        return nil
    }

    /// The first match. If there is none, `start` is where one may begin that more bytes complete.
    private func search() throws(PatternError) -> Range<Int>? {
        let end = processorNanoseconds() + Self.nanosecondLimit
        var begun: Int?
        var place = start
        while place <= text.count {
            let last = place + Self.places
            pcre2_set_offset_limit_8(context, last)
            let result = pcre2_match_8(
                pattern.code, text, text.count, place,
                PCRE2_PARTIAL_SOFT | PCRE2_NO_UTF_CHECK, match, context)
            switch result {
            case PCRE2_ERROR_NOMATCH: break
            case PCRE2_ERROR_PARTIAL: begun = begun ?? bounds.lowerBound
            case PCRE2_ERROR_MATCHLIMIT, PCRE2_ERROR_DEPTHLIMIT, PCRE2_ERROR_HEAPLIMIT:
                throw Self.tooSlow
            case ..<0: throw PatternError(message: Pattern.message(result), position: 0)
            default: return bounds
            }
            if isAnchored { break }
            guard processorNanoseconds() < end else { throw Self.tooSlow }
            place = last + 1
            while place < text.count, Self.isContinuation(text[place]) { place += 1 }
        }
        start = begun ?? text.count
        return nil
    }

    private var bounds: Range<Int> {
        guard let ends = pcre2_get_ovector_pointer_8(match) else { return 0..<0 }
        let lower = min(Int(ends[0]), text.count)
        return lower..<max(lower, min(Int(ends[1]), text.count))
    }

    /// Drops what no match needs any more.
    private func forget() {
        start = max(start, text.count - Self.window)
        while start < text.count, Self.isContinuation(text[start]) { start += 1 }
        var kept = start
        for _ in 0..<charactersBefore where kept > 0 {
            repeat { kept -= 1 } while kept > 0 && Self.isContinuation(text[kept])
        }
        text.removeSubrange(..<kept)
        start -= kept
    }

    private static let tooSlow = PatternError(
        message: "searching for it takes too long", position: 0)

    private static func isContinuation(_ byte: UInt8) -> Bool { byte & 0xC0 == 0x80 }

    /// How many of the bytes are not the beginning of a character that ends behind them.
    private static func lengthOfWholeCharacters(_ bytes: [UInt8]) -> Int {
        for back in 1...3 where back <= bytes.count {
            let byte = bytes[bytes.count - back]
            if isContinuation(byte) { continue }
            let length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1
            return length > back ? bytes.count - back : bytes.count
        }
        return bytes.count
    }
}
