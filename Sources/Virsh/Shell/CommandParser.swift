import Libvirt
import Text

// virsh 9.0.0 and 11.3.0: `vshCommandParse`, `vshCommandStringGetArg`, `vshCommandCheckOpts` in
// vsh.c.

extension LibvirtVersion {
    /// The first virsh with the new parser, whose help marks positional arguments.
    static let newParser = LibvirtVersion(10, 3)
}

/// A command with the options of one call.
struct Call {
    let command: Command
    let options: [Option]
    let body: Command.Body
    let given: ParsedOptions
}

/// Why words do not parse as commands; none of them runs.
struct SyntaxError: Error {
    let lines: [String]
    init(_ lines: [String]) { self.lines = lines }
    init(_ line: String) { lines = [line] }
}

/// What words parse as.
struct ParsedCommands {
    var calls: [Call] = []
    /// The first mistake; then no call runs, and calls may lack what follows their mistakes.
    var error: SyntaxError?

    init() {}

    /// Nothing is known of a request that is too large.
    init(tooLarge error: SyntaxError) { self.error = error }

    /// One word is a string of commands, several are one command.
    init(_ words: [String], _ version: LibvirtVersion, debug: ((String) -> Void)? = nil) {
        var parser =
            words.count == 1
            ? CommandParser(string: words[0], version) : CommandParser(words: words, version)
        parser.debug = debug
        self = parser.parse()
    }
}

/// Words that are split already: one command.
struct WordTokens {
    var words: ArraySlice<String>

    mutating func next() -> ShellWords.Token {
        words.popFirst().map { .word($0) } ?? .endOfInput
    }
}

extension ShellWords {
    /// As `next`, with virsh's messages.
    mutating func token(reportsOpenQuotes: Bool) throws(SyntaxError) -> ShellWords.Token {
        do throws(Mistake) { return try next(reportsOpenQuotes: reportsOpenQuotes) } catch {
            switch error {
            case .danglingBackslash: throw SyntaxError("dangling \\")
            case .openQuote(let quote): throw SyntaxError("missing \(Character(quote))")
            }
        }
    }
}

extension SyntaxError {
    static let tooManyWords = SyntaxError(
        "a virsh request may have at most \(ShellWords.limit) words")
}

struct CommandParser {
    private let read: (_ reporting: Bool) throws(SyntaxError) -> ShellWords.Token
    private let version: LibvirtVersion
    private var lastToken = ShellWords.Token.endOfCommand
    /// The call with the last mistake, as far as it was parsed; `nil` if its command is unknown.
    private var failedCall: Call?
    private var wordCount = 0
    /// Set when the request is too large; then nothing more is read.
    private var excess: SyntaxError?
    /// Receives a debug line for each option that is parsed.
    var debug: ((String) -> Void)?

    init(words: [String], _ version: LibvirtVersion) {
        self.version = version
        var tokens = WordTokens(words: words[...])
        read = { (_) throws(SyntaxError) in tokens.next() }
    }

    init(string: String, _ version: LibvirtVersion) {
        self.version = version
        var tokens = ShellWords(string, .virsh)
        read = { (reporting) throws(SyntaxError) in
            try tokens.token(reportsOpenQuotes: reporting)
        }
    }

    private mutating func next(_ reporting: Bool) throws(SyntaxError) -> ShellWords.Token {
        do throws(SyntaxError) { lastToken = try read(reporting) } catch {
            lastToken = .endOfInput  // the rest cannot be split into words
            throw error
        }
        if case .word = lastToken {
            wordCount += 1
            if wordCount > ShellWords.limit { throw exceeded(.tooManyWords) }
        }
        return lastToken
    }

    private mutating func exceeded(_ error: SyntaxError) -> SyntaxError {
        excess = error
        lastToken = .endOfInput
        return error
    }

    /// All commands, or none if there are too many words.
    mutating func parse() -> ParsedCommands {
        let parsed = parseAll()
        return excess.map { ParsedCommands(tooLarge: $0) } ?? parsed
    }

    /// All commands. Those after a mistake are parsed as well: a command that is not granted is
    /// refused even then.
    private mutating func parseAll() -> ParsedCommands {
        var parsed = ParsedCommands()
        while true {
            do throws(SyntaxError) {
                let (call, isLast) = try oneCall()
                if let call { parsed.calls.append(call) }
                if isLast { return parsed }
            } catch {
                if parsed.error == nil { parsed.error = error }
                debug = nil  // virsh stops here
                if let failedCall { parsed.calls.append(failedCall) }
                if case .endOfInput = skipCommand() { return parsed }
            }
        }
    }

    /// Skips the rest of a command and returns the token at its end.
    private mutating func skipCommand() -> ShellWords.Token {
        while case .word = lastToken {
            do throws(SyntaxError) { _ = try next(false) } catch {}
        }
        return lastToken
    }

    private mutating func oneCall() throws(SyntaxError) -> (Call?, isLast: Bool) {
        failedCall = nil
        let name: String
        switch try next(true) {
        case .word(let word): name = word
        case .endOfCommand: return (nil, false)
        case .endOfInput: return (nil, true)
        }
        // virsh also treats a separate or a quoted word `#...` as a comment. `ShellWords` skips
        // only unquoted ones.
        if name.hasPrefix("#") {
            while true {
                switch try next(false) {
                case .word: continue
                case .endOfCommand: return (nil, false)
                case .endOfInput: return (nil, true)
                }
            }
        }
        guard let command = Command.named(name, in: version) else {
            throw SyntaxError("unknown command: '\(name)'")
        }
        var call = CallBuilder(command, version, debug: debug)
        do throws(SyntaxError) {
            while true {
                switch try next(true) {
                case .word(let word):
                    // An option without `=` consumes the next word as its value.
                    try call.consume(word) { () throws(SyntaxError) in try next(true) }
                case .endOfCommand: return (try call.finished(), false)
                case .endOfInput: return (try call.finished(), true)
                }
            }
        } catch {
            failedCall = call.partial
            throw error
        }
    }
}

/// Builds the call of a command from its words.
private struct CallBuilder {
    let command: Command
    let version: LibvirtVersion
    let options: [Option]
    let body: Command.Body
    private var values: [(index: Int, word: String?)] = [] {
        didSet {
            if let debug, let last = values.last { debug(debugLine(last)) }
        }
    }
    private let debug: ((String) -> Void)?
    /// The options that may not be given again. virsh: `opts_seen`.
    private var seen: Set<Int> = []
    /// The options that can still consume a bare word, in order. virsh: `opts_need_arg`.
    private var positional: [Int]
    /// Whether `--` was read, after which all words are bare.
    private var isAfterDashes = false
    private var wantsHelp = false

    private func debugLine(_ value: (index: Int, word: String?)) -> String {
        let option = options[value.index].name
        let kind =
            switch options[value.index].kind {
            case .flag: "bool"
            // The new parser counts these words.
            case .rest where hasNewParser:
                "argv: \(values.count { $0.index == value.index } - 1)"
            default: "optdata"
            }
        // The new parser prints no value for a flag.
        let text = value.word ?? (hasNewParser ? nil : "(none)")
        return "\(command.name): \(option)(\(kind))\(text.map { ": " + $0 } ?? "")\n"
    }

    private var hasNewParser: Bool { version >= .newParser }

    init(_ command: Command, _ version: LibvirtVersion, debug: ((String) -> Void)?) {
        self.command = command
        self.version = version
        self.debug = debug
        let (options, body) = command.declared(for: version)
        self.options = options
        self.body = body
        positional = options.indices.filter { index in
            switch options[index].kind {
            case .flag, .alias: false
            default: options[index].placement != .named
            }
        }
    }

    /// Reads one word; `next` returns the word after it, which may be the value of an option.
    mutating func consume(
        _ word: String, next: () throws(SyntaxError) -> ShellWords.Token
    ) throws(SyntaxError) {
        let scalars = word.unicodeScalars
        if !isAfterDashes, scalars.starts(with: "--".unicodeScalars) {
            if scalars.count == 2 {
                isAfterDashes = true
                return
            }
            // Before the new parser, anything else after the dashes makes a bare word, e.g. `---`.
            // virsh: `c_isalnum`.
            let third = scalars.dropFirst(2).first!
            let isAlphanumeric =
                third.isASCII
                && (third.properties.isAlphabetic || ("0"..."9").contains(third))
            if hasNewParser || isAlphanumeric {
                return try consumeOption(String(scalars.dropFirst(2)), next: next)
            }
        }
        guard let index = positional.first else {
            if command.ignoresExtraWords { return }
            throw SyntaxError("unexpected data '\(word)'")
        }
        if case .rest = options[index].kind {} else { positional.removeFirst() }
        seen.insert(index)
        values.append((index, word))
    }

    /// Reads `name` or `name=value`, the text after the dashes.
    private mutating func consumeOption(
        _ text: String, next: () throws(SyntaxError) -> ShellWords.Token
    ) throws(SyntaxError) {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        var value = parts.count == 2 ? String(parts[1]) : nil
        guard let index = try option(String(parts[0]), value: &value) else { return }
        let option = options[index]
        if case .flag = option.kind {
            guard value == nil else {
                throw SyntaxError("invalid '=' after option --\(option.name)")
            }
            values.append((index, nil))
            return
        }
        if value == nil {
            guard case .word(let word) = try next() else {
                throw SyntaxError(
                    "expected syntax: --\(option.name) <\(option.kind.valueName)>")
            }
            value = word
        }
        if case .rest = option.kind {} else { positional.removeAll { $0 == index } }
        values.append((index, value))
    }

    /// The index of the option with this name or alias; `nil` for `--help` and for an ignored name.
    /// An alias like `mode=shareable` also sets `value`.
    private mutating func option(
        _ name: String, value: inout String?
    ) throws(SyntaxError) -> Int? {
        if name == "help" {
            guard value == nil || hasNewParser else {
                throw SyntaxError("invalid '=' after option --help")
            }
            wantsHelp = true
            debug?("\(command.name): help(bool): (none)\n")
            return nil
        }
        // An alias stands before its option, so one pass finds the target; a test checks the order.
        var name = name
        for (index, option) in options.enumerated() where option.name == name {
            if case .alias(let target) = option.kind {
                let parts = target.split(separator: "=", maxSplits: 1)
                if parts.count == 2 {
                    guard value == nil else {
                        throw SyntaxError("invalid '=' after option --\(name)")
                    }
                    value = String(parts[1])
                }
                name = String(parts[0])
                continue
            }
            if case .rest = option.kind {
                seen.insert(index)
            } else if !seen.insert(index).inserted {
                throw SyntaxError("option --\(name) already seen")
            }
            return index
        }
        if command.ignoresExtraWords { return nil }
        throw SyntaxError("command '\(command.name)' doesn't support option --\(name)")
    }

    /// The call; fails if a required option is missing.
    func finished() throws(SyntaxError) -> Call {
        if wantsHelp {
            // `COMMAND --help` is `help COMMAND`, even if required options are missing.
            let help = Command.help
            let (options, body) = help.declared(for: version)
            return Call(
                command: help, options: options, body: body,
                given: ParsedOptions(values: [(index: 0, word: command.name)]))
        }
        let missing = options.filter { option in
            option.isRequired && !seen.contains { options[$0].name == option.name }
        }.map { option in
            let isNumber = if case .number = option.kind { true } else { false }
            let isBare = hasNewParser ? option.placement == .positional : !isNumber
            let shown = isBare ? "<\(option.name)>" : "--\(option.name)"
            return "command '\(command.name)' requires \(shown) option"
        }
        // The new parser stops at the first one.
        guard missing.isEmpty else {
            throw SyntaxError(hasNewParser ? [missing[0]] : missing)
        }
        return partial
    }

    /// The call with what has been read of it.
    var partial: Call {
        Call(command: command, options: options, body: body, given: ParsedOptions(values: values))
    }
}
