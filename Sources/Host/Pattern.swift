import CPCRE2

/// A regular expression with the meaning of Python's `re`. C: `pcre2_code`.
package final class Pattern {
    let code: OpaquePointer
    private let match: OpaquePointer
    private let context: OpaquePointer

    /// How many steps one comparison may take: some tenths of a second.
    private static let stepLimit: UInt32 = 2_000_000

    package init(_ text: String) throws(PatternError) {
        let translated = Array(try PythonPattern.translated(text).utf8)
        let compile = pcre2_compile_context_create_8(nil)
        defer { pcre2_compile_context_free_8(compile) }
        pcre2_set_newline_8(compile, UInt32(PCRE2_NEWLINE_LF))
        var number: Int32 = 0
        var offset = 0
        let options =
            PCRE2_UTF | PCRE2_UCP | PCRE2_NEVER_BACKSLASH_C | UInt32(PCRE2_USE_OFFSET_LIMIT)
        guard
            let code = pcre2_compile_8(
                translated, translated.count, options, &number, &offset, compile)
        else { throw PatternError(message: Self.message(number), position: offset) }
        self.code = code
        match = pcre2_match_data_create_8(1, nil)
        context = pcre2_match_context_create_8(nil)
        pcre2_set_match_limit_8(context, Self.stepLimit)
    }

    deinit {
        pcre2_match_context_free_8(context)
        pcre2_match_data_free_8(match)
        pcre2_code_free_8(code)
    }

    /// Whether all of `text` matches, as in Python's `re.fullmatch`. An error where that takes too
    /// long to tell.
    package func matchesWhole(_ text: String) throws(PatternError) -> Bool {
        try matches(text, PCRE2_ANCHORED | UInt32(PCRE2_ENDANCHORED))
    }

    /// Whether any part of `text` matches, as in Python's `re.search`; an error as above.
    package func matchesPart(of text: String) throws(PatternError) -> Bool {
        try matches(text, 0)
    }

    private func matches(_ text: String, _ options: UInt32) throws(PatternError) -> Bool {
        let bytes = Array(text.utf8)
        let result = pcre2_match_8(code, bytes, bytes.count, 0, options, match, context)
        switch result {
        case PCRE2_ERROR_NOMATCH: return false
        case PCRE2_ERROR_MATCHLIMIT, PCRE2_ERROR_DEPTHLIMIT, PCRE2_ERROR_HEAPLIMIT:
            throw PatternError(message: "comparing it with '\(text)' takes too long", position: 0)
        case ..<0: throw PatternError(message: Self.message(result), position: 0)
        default: return true
        }
    }

    static func message(_ number: Int32) -> String {
        var text = [UInt8](repeating: 0, count: 256)
        let length = pcre2_get_error_message_8(number, &text, text.count)
        return String(decoding: text.prefix(max(0, Int(length))), as: UTF8.self)
    }
}
