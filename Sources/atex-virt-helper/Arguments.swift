import HelperSession
import Logging

/// The administrator's command line: `[OPTIONS] [URI] [WORDS...]`.
///
/// Parsed by hand: three options do not justify a library that takes as long to start as the rest
/// of the program, and half of its size.
struct Arguments {
    var logLevel: LogLevel?
    /// `nil` means libvirt's default.
    var uri: String?
    /// A command in words; empty for the line protocol.
    var words: [String] = []

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

    /// Options stand before or after the URI, but before the words of a command, which may have
    /// options of their own.
    init(_ arguments: [String]) throws(Exit) {
        var rest = arguments[...]
        var optionsHaveEnded = false
        while let word = rest.first {
            if !optionsHaveEnded, word.utf8.first == UInt8(ascii: "-"), word != "--json" {
                rest.removeFirst()
                if word == "--" {
                    optionsHaveEnded = true
                } else {
                    try parseOption(word, &rest)
                }
            } else if uri == nil, Self.isURI(word) {
                uri = rest.removeFirst()
            } else {
                words = Array(rest)
                return
            }
        }
    }

    /// A word with a colon is a URI. Without one, it may also be an alias from libvirt's
    /// configuration, unless it is the name of a command: `atex-virt-helper help`.
    private static func isURI(_ word: String) -> Bool {
        word.utf8.contains(UInt8(ascii: ":")) || word != "--json" && !isCommandName(word)
    }

    /// `--log LEVEL`, `--log=LEVEL`, `-L LEVEL`, `-LLEVEL`.
    private mutating func parseOption(_ word: String, _ rest: inout ArraySlice<String>) throws(Exit)
    {
        let value: String?
        switch word {
        case "--help", "-h": throw .help
        case "--version": throw .version
        case "--log", "-L": value = rest.popFirst()
        case _ where word.hasPrefix("--log="): value = String(word.dropFirst("--log=".count))
        case _ where word.hasPrefix("-L"): value = String(word.dropFirst(2))
        default: throw .mistake("unknown option '\(word)'")
        }
        let levels = LogLevel.allCases.map(\.rawValue).joined(separator: ", ")
        guard let value else { throw .mistake("\(word) needs a level: \(levels)") }
        guard let level = LogLevel(rawValue: value) else {
            throw .mistake("'\(value)' is not a log level; the levels are \(levels)")
        }
        logLevel = level
    }

    static let usage = "usage: atex-virt-helper [--log LEVEL] [URI] [COMMAND...]"

    static let help = """
        \(usage)

        Lets clients share the virtual machines of a libvirt host. Without a command, it reads one
        JSON request per line from standard input and writes one reply per line.

          URI                  the libvirt connection, e.g. qemu:///system
          COMMAND              a command for people; 'atex-virt-helper help' lists them
          -L, --log LEVEL      log to syslog from this level on: debug, info, warning, error
          --version            print the version
          -h, --help           print this help

        See atex-virt-helper(8).

        """
}
