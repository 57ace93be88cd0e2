import CPCRE2

/// A regular expression with the semantics of Python's `re`. C: `pcre2_code`.
package final class PythonRegex {
    let code: OpaquePointer
    private let match: OpaquePointer
    private let context: OpaquePointer

    /// The limit of backtracking steps for one match: some tenths of a second.
    private static let stepLimit: UInt32 = 2_000_000

    package init(_ text: String) throws(RegexError) {
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
        context = pcre2_match_context_create_8(nil)
        // Clients choose the expression, e.g. `(a+)+b`; PCRE2's default limit would allow seconds.
        pcre2_set_match_limit_8(context, Self.stepLimit)
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
        try matches(text, 0)
    }

    private func matches(_ text: String, _ options: UInt32) throws(RegexError) -> Bool {
        let bytes = Array(text.utf8)
        let result = pcre2_match_8(code, bytes, bytes.count, 0, options, match, context)
        switch result {
        case PCRE2_ERROR_NOMATCH: return false
        // Not NOMATCH: a domain must not be skipped because the match was given up.
        case PCRE2_ERROR_MATCHLIMIT, PCRE2_ERROR_DEPTHLIMIT, PCRE2_ERROR_HEAPLIMIT:
            throw RegexError(message: "comparing it with '\(text)' takes too long", position: 0)
        case ..<0: throw RegexError(message: Self.message(result), position: 0)
        default: return true
        }
    }

    static func message(_ number: Int32) -> String {
        var text = [UInt8](repeating: 0, count: 256)
        let length = pcre2_get_error_message_8(number, &text, text.count)
        return String(decoding: text.prefix(max(0, Int(length))), as: UTF8.self)
    }
}
