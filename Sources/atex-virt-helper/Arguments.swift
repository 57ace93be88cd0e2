import HelperSession
import Logging
import Policy

/// The administrator's command line: `[OPTIONS] [URI] [WORDS...]`.
///
/// Parsed by hand: a few options do not justify a library that takes as long to start as the rest
/// of the program, and half of its size.
struct Arguments {
    var logLevel: LogLevel?
    /// `nil` means libvirt's default.
    var uri: String?
    /// A command in words; empty for the line protocol.
    var words: [String] = []
    /// The options that confine the session. A client's words can never set them: they are valid
    /// only before the URI.
    var role: String?
    var identity: String?
    var policyPath: String?
    /// The ports of the host that guests on demand may get; with a role, the policy file names
    /// them.
    var ports: [ClosedRange<UInt16>] = []
    /// E.g. `policy-check FILE` in the place of the URI.
    var administratorCommand: AdministratorCommand?

    enum LogLevel: String, CaseIterable {
        case debug, info, warning, error

        var level: Logger.Level {
            switch self {
            case .debug: .debug
            case .info: .info
            case .warning: .warning
            case .error: .error
            }
        }
    }

    /// Text to print instead of running: what `--help` and `--version` ask for, or a mistake.
    enum Exit: Error {
        case help, version
        case mistake(String)
    }

    /// `--log` stands before or after the URI, but before the words of a command, which may have
    /// options of their own. With a role, everything after the URI is a word.
    init(_ arguments: [String]) throws(Exit) {
        var rest = arguments[...]
        var optionsHaveEnded = false
        while let word = rest.first {
            if uri != nil, role != nil { break }
            if !optionsHaveEnded, word.utf8.first == UInt8(ascii: "-"), word != "--json" {
                rest.removeFirst()
                if word == "--" {
                    optionsHaveEnded = true
                } else {
                    try parseOption(word, &rest)
                }
            } else if uri == nil, let command = AdministratorCommand.Name(rawValue: word) {
                try parse(command, rest.dropFirst())
                return
            } else if uri == nil, Self.isURI(word) {
                uri = rest.removeFirst()
            } else {
                break
            }
        }
        words = Array(rest)
        if role != nil, uri == nil { throw .mistake("--role needs the URI before any command") }
        if role != nil, !ports.isEmpty {
            throw .mistake("--ports cannot stand beside --role: 'host-ports' of the role counts")
        }
        if identity != nil, role == nil { throw .mistake("--identity needs --role") }
    }

    private mutating func parse(
        _ command: AdministratorCommand.Name, _ words: ArraySlice<String>
    ) throws(Exit) {
        guard role == nil, identity == nil else {
            throw .mistake("\(command.rawValue) runs without --role and --identity")
        }
        guard let parsed = AdministratorCommand(command, Array(words)) else {
            throw .mistake("usage: atex-virt-helper \(command.usage)")
        }
        administratorCommand = parsed
    }

    /// A word with a colon is a URI. Without one, it may also be an alias from libvirt's
    /// configuration, unless it is the name of a command: `atex-virt-helper help`.
    private static func isURI(_ word: String) -> Bool {
        word.utf8.contains(UInt8(ascii: ":")) || word != "--json" && !isCommandName(word)
    }

    /// `--log LEVEL`, `--log=LEVEL`, and for that option `-L LEVEL`, `-LLEVEL`.
    private mutating func parseOption(_ word: String, _ rest: inout ArraySlice<String>) throws(Exit)
    {
        if word == "--help" || word == "-h" { throw .help }
        if word == "--version" { throw .version }
        var name = word
        var value: String?
        if word.hasPrefix("--"), let sign = word.firstIndex(of: "=") {
            name = String(word[..<sign])
            value = String(word[word.index(after: sign)...])
        } else if word.hasPrefix("-L"), word != "-L" {
            name = "-L"
            value = String(word.dropFirst(2))
        } else if ["--log", "-L", "--role", "--identity", "--policy", "--ports"].contains(word) {
            value = rest.popFirst()
        }
        switch name {
        case "--log", "-L": try setLogLevel(name, value)
        case "--role": try set(\.role, name, value)
        case "--identity": try set(\.identity, name, value)
        case "--policy": try set(\.policyPath, name, value)
        case "--ports": try setPorts(value)
        default: throw .mistake("unknown option '\(word)'")
        }
    }

    private mutating func setLogLevel(_ name: String, _ value: String?) throws(Exit) {
        let levels = LogLevel.allCases.map(\.rawValue).joined(separator: ", ")
        guard let value else { throw .mistake("\(name) needs a level: \(levels)") }
        guard let level = LogLevel(rawValue: value) else {
            throw .mistake("'\(value)' is not a log level; the levels are \(levels)")
        }
        logLevel = level
    }

    private mutating func setPorts(_ value: String?) throws(Exit) {
        guard uri == nil else { throw .mistake("--ports must stand before the URI") }
        guard ports.isEmpty else { throw .mistake("--ports is given twice") }
        guard let value else { throw .mistake("--ports needs a range: FIRST-LAST") }
        guard let range = PortRange.parsed(value) else {
            throw .mistake(
                "'\(value)' is not a range of ports for --ports, such as 5100-5199")
        }
        ports = [range]
    }

    /// An option that confines the session.
    private mutating func set(
        _ path: WritableKeyPath<Arguments, String?>, _ name: String, _ value: String?
    ) throws(Exit) {
        guard uri == nil else { throw .mistake("\(name) must stand before the URI") }
        guard self[keyPath: path] == nil else { throw .mistake("\(name) is given twice") }
        guard let value else { throw .mistake("\(name) needs a value") }
        if name != "--policy" {
            guard IdentityName.isValid(value) else {
                throw .mistake("'\(value)' is not a value for \(name): \(IdentityName.rule)")
            }
        }
        self[keyPath: path] = value
    }

    static let usage = """
        usage: atex-virt-helper [--log LEVEL] [--ports RANGE] [URI] [COMMAND...]
               atex-virt-helper [--log LEVEL] --role NAME [--identity NAME] [--policy FILE] URI
               atex-virt-helper policy-check FILE
               atex-virt-helper [--policy FILE] explain ROLE REQUEST
               atex-virt-helper clean-up [SECONDS]
        """

    static let help = """
        \(usage)

        Lets clients share the virtual machines of a libvirt host. Without a command, it reads one
        JSON request per line from standard input and writes one reply per line.

          URI                  the libvirt connection, e.g. qemu:///system
          COMMAND              a command for people; 'atex-virt-helper help' lists them
          -L, --log LEVEL      log to syslog from this level on: debug, info, warning, error
          --role NAME          permit only what this role of the policy file grants
          --identity NAME      who the client is, for reservations and the log; the role by default
          --policy FILE        the policy file; \(PolicyFile.standardPath) by default
          --ports FIRST-LAST   the host ports that guests on demand get; not with --role
          --version            print the version
          -h, --help           print this help

          policy-check FILE    check a policy file
          explain ROLE REQUEST whether the role permits a request, in JSON or in words, and by
                               which line of the policy file
          clean-up [SECONDS]   undo what ended sessions have begun; try for SECONDS if it fails

        See atex-virt-helper(8) and atex-virt-helper-roles(5).

        """
}
