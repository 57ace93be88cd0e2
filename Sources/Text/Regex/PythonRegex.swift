import CPCRE2

/// A regular expression with the semantics of Python's `re`. C: `pcre2_code`.
package final class PythonRegex {
    let code: OpaquePointer
    private let match: OpaquePointer
    private let context: OpaquePointer?
    private let time: MatchTime?

    /// The maximum length of an expression, in bytes.
    package static let lengthLimit = 32768
    /// The limit of backtracking steps for one match: some tenths of a second.
    package static let stepLimit: UInt32 = 2_000_000
    /// The number of start positions to try between two looks at the clock.
    private static let positionsPerTurn = 64

    /// `time` limits all comparisons together, and `steps` each of them.
    package init(
        _ text: String, within time: MatchTime? = nil, steps: UInt32 = stepLimit
    ) throws(RegexError) {
        guard text.utf8.count <= Self.lengthLimit else {
            throw RegexError(
                message: "it has more than \(Self.lengthLimit) bytes", position: Self.lengthLimit)
        }
        if let problem = Self.libraryProblem { throw RegexError(message: problem, position: 0) }
        let translated = Array(try PythonRegexTranslator.translate(text).utf8)
        let compile = pcre2_compile_context_create_8(nil)
        defer { pcre2_compile_context_free_8(compile) }
        // In Python, only a line feed ends a line for `.`, `^` and `$`.
        pcre2_set_newline_8(compile, UInt32(PCRE2_NEWLINE_LF))
        var number: Int32 = 0
        var offset = 0
        // UCP: `\d`, `\w` and `\s` match Unicode characters, as for Python's str. The offset limit
        // that PythonRegexStreamSearch sets works only if it was announced here.
        let options =
            PCRE2_UTF | PCRE2_UCP | PCRE2_NEVER_BACKSLASH_C | UInt32(PCRE2_USE_OFFSET_LIMIT)
        guard
            let code = pcre2_compile_8(
                translated, translated.count, options, &number, &offset, compile)
        else { throw RegexError(message: Self.message(number), position: offset) }
        self.code = code
        // One pair of offsets is enough: no caller asks for groups. If there are any, pcre2_match
        // returns 0, which is a match too.
        match = pcre2_match_data_create_8(1, nil)
        context = MatchLimits.context(of: code, steps: steps)
        self.time = time
    }

    /// Why PCRE2 cannot be loaded; `nil` if it is loaded.
    package static var libraryProblem: String? {
        atex_libpcre2_problem().map { String(cString: $0) }
    }

    deinit {
        pcre2_match_context_free_8(context)
        pcre2_match_data_free_8(match)
        pcre2_code_free_8(code)
    }

    /// Whether all of `text` matches. Throws if matching takes too long. Python: `re.fullmatch`.
    package func matchesWhole(_ text: String) throws(RegexError) -> Bool {
        // Options instead of `^(...)$`: they apply to all alternatives and to each backtracking
        // step, and keep the group numbers.
        try matches(text, PCRE2_ANCHORED | UInt32(PCRE2_ENDANCHORED))
    }

    /// Whether a part of `text` matches; throws as above. Python: `re.search`.
    package func matchesPart(of text: String) throws(RegexError) -> Bool {
        let bytes = Array(text.utf8)
        var start = 0
        // Each start position has all the steps. PCRE2 cannot be interrupted, so limit the number
        // of positions that it tries in one call.
        while start <= bytes.count {
            let last = start + Self.positionsPerTurn
            pcre2_set_offset_limit_8(context, last)
            if try matches(bytes, from: start, 0) { return true }
            start = last + 1
            // A match begins at the start of a character.
            while start < bytes.count, bytes[start] & 0xC0 == 0x80 { start += 1 }
        }
        return false
    }

    private func matches(_ text: String, _ options: UInt32) throws(RegexError) -> Bool {
        pcre2_set_offset_limit_8(context, Int.max)
        return try matches(Array(text.utf8), from: 0, options)
    }

    private func matches(
        _ text: [UInt8], from start: Int, _ options: UInt32
    ) throws(RegexError) -> Bool {
        guard let time else { return try compare(text, from: start, options) }
        guard !time.isUsedUp else { throw tooSlow(text) }
        return try time.spend { () throws(RegexError) in
            try compare(text, from: start, options)
        }
    }

    private func compare(
        _ text: [UInt8], from start: Int, _ options: UInt32
    ) throws(RegexError) -> Bool {
        let result = pcre2_match_8(code, text, text.count, start, options, match, context)
        switch result {
        case PCRE2_ERROR_NOMATCH: return false
        // Not NOMATCH: a domain must not be skipped because the match was given up.
        case PCRE2_ERROR_MATCHLIMIT, PCRE2_ERROR_DEPTHLIMIT, PCRE2_ERROR_HEAPLIMIT:
            throw tooSlow(text)
        case ..<0: throw RegexError(message: Self.message(result), position: 0)
        default: return true
        }
    }

    private func tooSlow(_ text: [UInt8]) -> RegexError {
        RegexError(
            message: "comparing it with '\(String(decoding: text, as: UTF8.self))' takes too long",
            position: 0)
    }

    static func message(_ number: Int32) -> String {
        var text = [UInt8](repeating: 0, count: 256)
        let length = pcre2_get_error_message_8(number, &text, text.count)
        return String(decoding: text.prefix(max(0, Int(length))), as: UTF8.self)
    }
}
