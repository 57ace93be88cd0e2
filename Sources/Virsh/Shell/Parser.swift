// virsh 9.0.0: `vshCommandParse`, `vshCommandStringGetArg`, `vshCommandCheckOpts` in vsh.c.

/// A command with the options of one call.
struct Call {
    let command: Command
    let body: Command.Body
    let given: ParsedOptions
}

/// The words were no command; nothing runs.
struct SyntaxError: Error {
    let lines: [String]
    init(_ lines: [String]) { self.lines = lines }
    init(_ line: String) { lines = [line] }
}

/// What a source of words gives next.
enum Token {
    case word(String)
    case endOfCommand
    case endOfInput
}

/// Words as they are: one command.
struct WordTokens {
    var words: ArraySlice<String>

    mutating func next() -> Token {
        words.popFirst().map { .word($0) } ?? .endOfInput
    }
}

/// Words of a command string, as a shell would split it: commands end at `;` and newline.
struct StringTokens {
    private var rest: Substring.UnicodeScalarView

    init(_ text: String) { rest = text[...].unicodeScalars }

    /// How many characters are still to be read.
    var remaining: Int { rest.count }

    private func at(_ offset: Int) -> Unicode.Scalar? { rest.dropFirst(offset).first }

    /// `reporting: false` takes an open quotation as it stands.
    mutating func next(reporting: Bool = true) throws(SyntaxError) -> Token {
        while true {
            if let first = at(0), first == " " || first == "\t" {
                rest.removeFirst()
            } else if at(0) == "\\", at(1) == "\n" {
                rest.removeFirst(2)
            } else {
                break
            }
        }
        switch at(0) {
        case nil: return .endOfInput
        case ";", "\n":
            rest.removeFirst()
            return .endOfCommand
        case "#":
            rest = rest.drop { $0 != "\n" }.dropFirst()
            return .endOfCommand
        default: return .word(try word(reporting: reporting))
        }
    }

    private mutating func word(reporting: Bool) throws(SyntaxError) -> String {
        var word = String.UnicodeScalarView()
        var quote: Unicode.Scalar?
        while let scalar = rest.first {
            if quote == nil, " \t;\n".unicodeScalars.contains(scalar) { break }
            rest.removeFirst()
            switch scalar {
            case "'" where quote != "\"", "\"" where quote != "'":
                quote = quote == nil ? scalar : nil
            case "\\" where quote != "'":
                guard let escaped = rest.first else { throw SyntaxError("dangling \\") }
                rest.removeFirst()
                if escaped != "\n" { word.append(escaped) }
            default: word.append(scalar)
            }
        }
        if quote == "\"", reporting { throw SyntaxError("missing \"") }
        return String(word)
    }
}

/// The words of one command line, as a shell would split it; `nil` where it cannot.
package func shellWords(_ text: String) -> [String]? {
    var tokens = StringTokens(text)
    var words: [String] = []
    while true {
        do throws(SyntaxError) {
            switch try tokens.next() {
            case .word(let word): words.append(word)
            case .endOfCommand: return nil
            case .endOfInput: return words
            }
        } catch { return nil }
    }
}

struct Parser {
    private var next: (_ reporting: Bool) throws(SyntaxError) -> Token
    /// Gets a line about each option that is understood, for debugging.
    var debug: ((String) -> Void)?

    init(words: [String]) {
        var tokens = WordTokens(words: words[...])
        next = { (_) throws(SyntaxError) in tokens.next() }
    }

    init(string: String) {
        var tokens = StringTokens(string)
        next = { (reporting) throws(SyntaxError) in try tokens.next(reporting: reporting) }
    }

    /// All commands; a mistake anywhere refuses the whole.
    func calls() throws(SyntaxError) -> [Call] {
        var calls: [Call] = []
        while true {
            let (call, isLast) = try oneCall()
            if let call { calls.append(call) }
            if isLast { return calls }
        }
    }

    private func oneCall() throws(SyntaxError) -> (Call?, isLast: Bool) {
        let name: String
        switch try next(true) {
        case .word(let word): name = word
        case .endOfCommand: return (nil, false)
        case .endOfInput: return (nil, true)
        }
        if name.hasPrefix("#") {
            while true {
                switch try next(false) {
                case .word: continue
                case .endOfCommand: return (nil, false)
                case .endOfInput: return (nil, true)
                }
            }
        }
        guard let command = Command.named(name) else {
            throw SyntaxError("unknown command: '\(name)'")
        }
        var call = OpenCall(command, debug: debug)
        while true {
            switch try next(true) {
            case .word(let word): try call.take(word) { () throws(SyntaxError) in try next(true) }
            case .endOfCommand: return (try call.closed(), false)
            case .endOfInput: return (try call.closed(), true)
            }
        }
    }
}

/// A command whose words are still being read.
private struct OpenCall {
    let command: Command
    let options: [Option]
    let body: Command.Body
    private var values: [(index: Int, word: String?)] = [] {
        didSet { values.last.map(tell) }
    }
    private let debug: ((String) -> Void)?
    private var seen: Set<Int> = []
    /// The options that may still take a bare word.
    private var open: [Int]
    private var dataOnly = false
    private var wantsHelp = false

    private func tell(_ value: (index: Int, word: String?)) {
        let kind = value.word == nil ? "bool" : "optdata"
        let option = options[value.index].name
        debug?("\(command.name): \(option)(\(kind)): \(value.word ?? "(none)")\n")
    }

    /// `help` forgives whatever it is given.
    private var forgives: Bool { command.name == "help" }

    init(_ command: Command, debug: ((String) -> Void)?) {
        self.command = command
        self.debug = debug
        let (options, body) = command.declared()
        self.options = options
        self.body = body
        open = options.indices.filter { index in
            switch options[index].kind {
            case .flag, .alias: false
            default: options[index].isPositional
            }
        }
    }

    mutating func take(
        _ word: String, next: () throws(SyntaxError) -> Token
    ) throws(SyntaxError) {
        let scalars = word.unicodeScalars
        if !dataOnly, scalars.starts(with: "--".unicodeScalars) {
            if scalars.count == 2 {
                dataOnly = true
                return
            }
            let third = scalars.dropFirst(2).first!
            if third.isASCII, third.properties.isAlphabetic || ("0"..."9").contains(third) {
                return try takeOption(String(scalars.dropFirst(2)), next: next)
            }
        }
        guard let index = open.first else {
            if forgives { return }
            throw SyntaxError("unexpected data '\(word)'")
        }
        if case .rest = options[index].kind {} else { open.removeFirst() }
        seen.insert(index)
        values.append((index, word))
    }

    private mutating func takeOption(
        _ text: String, next: () throws(SyntaxError) -> Token
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
                var kind = "string"
                if case .number = option.kind { kind = "number" }
                throw SyntaxError("expected syntax: --\(option.name) <\(kind)>")
            }
            value = word
        }
        if case .rest = option.kind {} else { open.removeAll { $0 == index } }
        values.append((index, value))
    }

    /// The option that a name means, through its aliases; an alias may bring the value.
    private mutating func option(
        _ name: String, value: inout String?
    ) throws(SyntaxError) -> Int? {
        if name == "help" {
            guard value == nil else { throw SyntaxError("invalid '=' after option --help") }
            wantsHelp = true
            debug?("\(command.name): help(bool): (none)\n")
            return nil
        }
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
        if forgives { return nil }
        throw SyntaxError("command '\(command.name)' doesn't support option --\(name)")
    }

    /// The call, if all that is required is there.
    func closed() throws(SyntaxError) -> Call {
        if wantsHelp {
            let help = Command.help
            let (_, body) = help.declared()
            return Call(
                command: help, body: body,
                given: ParsedOptions(values: [(index: 0, word: command.name)]))
        }
        let missing = options.indices.filter { options[$0].isRequired && !seen.contains($0) }
        guard missing.isEmpty else {
            throw SyntaxError(
                missing.map { index in
                    switch options[index].kind {
                    case .data, .rest:
                        "command '\(command.name)' requires <\(options[index].name)> option"
                    default: "command '\(command.name)' requires --\(options[index].name) option"
                    }
                })
        }
        return Call(command: command, body: body, given: ParsedOptions(values: values))
    }
}
