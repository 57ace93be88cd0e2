import Libvirt
import Policy
import Text

// virsh 9.0.0: `virshParseArgv` in virsh.c, and glibc's `getopt_long` below it.

extension Shell {
    /// Applies virsh's own options at the start of `words`, then runs the commands after them.
    /// Returns false if virsh's exit status would not be 0.
    func runGlobal(_ words: [String]) throws -> Bool {
        guard words.count <= ShellWords.limit else { throw SyntaxError.tooManyWords }
        var rest = words[...]
        var reader = GlobalOptionReader(version)
        while let option = try reader.next(&rest) {
            try policy.check(option)
            if try apply(option) == .exit { return true }
        }
        // Without a command virsh is interactive. Its input is at end of file here, so it prints
        // its prompt and ends.
        guard !rest.isEmpty else {
            return whenConnected {
                print(isReadOnly ? "virsh > \n" : "virsh # \n")
                return true
            }
        }
        return try runCommands(Array(rest))
    }

    private enum NextStep { case runCommands, exit }

    /// Fails if there is no library whose version it could be.
    private func loadedVersion() throws(LibvirtError) -> LibvirtVersion {
        _ = try Connection.libraryVersion()
        return version
    }

    private func apply(_ option: GlobalOption) throws -> NextStep {
        switch option.kind {
        case .connect: uri = option.value
        case .debug: try setDebugLevel(option)
        case .escape: try checkEscape(option.value)
        case .help:
            print(usage(policy, version))
            return .exit
        case .keepAliveInterval: keepAlive.interval = try keepAliveNumber(option)
        case .keepAliveCount: keepAlive.count = try keepAliveNumber(option)
        case .log: break  // a client must not choose a file that the helper writes
        case .noAgent: break  // the program never starts one
        case .quiet: isQuiet = true
        case .timing: isTimed = true
        case .readOnly: isReadOnly = true
        case .version where option.value != "long":
            print(try loadedVersion().text + "\n")
            return .exit
        case .version, .longVersion:
            print(longVersion(try loadedVersion()))
            return .exit
        }
        return .runCommands
    }

    private func setDebugLevel(_ option: GlobalOption) throws(SyntaxError) {
        guard let level = signedNumber(option.value).flatMap({ Int32(exactly: $0) }) else {
            throw SyntaxError("option \(option.spelling) takes a numeric argument")
        }
        if (0...4).contains(level) {
            debugLevel = Int(level)
        } else {
            printError("ignoring debug level \(level) out of range [0-4]")
        }
    }

    /// Checks the escape sequence of a console: one character, or `^` and a letter. Consoles do not
    /// use it here, but virsh rejects a wrong one in every call.
    private func checkEscape(_ value: String) throws(SyntaxError) {
        let bytes = Array(value.unescapedBytes)
        let caret = UInt8(ascii: "^")
        if bytes.count == 1, bytes[0] != caret { return }
        if bytes.count == 2, bytes[0] == caret {
            let letters = UInt8(ascii: "a")...UInt8(ascii: "z")
            let controls = UInt8(ascii: "@")...UInt8(ascii: "_")
            if letters.contains(bytes[1]) || controls.contains(bytes[1]) { return }
        }
        throw SyntaxError("Invalid string '\(value)' for escape sequence")
    }

    private func keepAliveNumber(_ option: GlobalOption) throws(SyntaxError) -> Int32 {
        guard let number = number(inAnyBase: option.value).flatMap({ Int32(exactly: $0) }) else {
            throw SyntaxError("Invalid value for option \(option.spelling)")
        }
        guard number >= 0 else {
            throw SyntaxError("option \(option.spelling) requires a positive integer argument")
        }
        return number
    }
}

/// One of virsh's own options, as given.
struct GlobalOption {
    enum Kind {
        case connect, debug, escape, help, keepAliveInterval, keepAliveCount, log, noAgent, quiet
        case readOnly, timing, version, longVersion
    }

    let kind: Kind
    /// Empty if the option has no value.
    let value: String
    /// The option as errors name it: `-d` or `--debug`, as it was given.
    let spelling: String
}

/// Reads virsh's own options by glibc's rules: one word may hold several letters, long names may be
/// abbreviated, and the first word that is not an option ends them.
struct GlobalOptionReader {
    private enum Value { case none, required, optional }

    private struct Definition {
        let kind: GlobalOption.Kind
        /// `nil` if it has only a letter.
        let name: String?
        /// `nil` if it has only a name.
        let letter: Unicode.Scalar?
        let value: Value
        /// The version that added it.
        let firstVersion: LibvirtVersion?

        init(
            _ kind: GlobalOption.Kind, _ name: String?, _ letter: Unicode.Scalar?, _ value: Value,
            since firstVersion: LibvirtVersion? = nil
        ) {
            self.kind = kind
            self.name = name
            self.letter = letter
            self.value = value
            self.firstVersion = firstVersion
        }

        var missingValue: SyntaxError {
            let letter = letter.map { String($0) } ?? ""
            return SyntaxError("option '-\(letter)'/'--\(name ?? "")' requires an argument")
        }
    }

    private static let allDefinitions = [
        Definition(.connect, "connect", "c", .required),
        Definition(.debug, "debug", "d", .required),
        Definition(.escape, "escape", "e", .required),
        Definition(.help, "help", "h", .none),
        Definition(.keepAliveInterval, "keepalive-interval", "k", .required),
        Definition(.keepAliveCount, "keepalive-count", "K", .required),
        Definition(.log, "log", "l", .required),
        Definition(.noAgent, "no-pkttyagent", nil, .none, since: .noAgent),
        Definition(.quiet, "quiet", "q", .none),
        Definition(.readOnly, "readonly", "r", .none),
        Definition(.timing, "timing", "t", .none),
        Definition(.version, "version", "v", .optional),
        Definition(.longVersion, nil, "V", .none),
    ]

    private let definitions: [Definition]

    init(_ version: LibvirtVersion) {
        definitions = Self.allDefinitions.filter { $0.firstVersion.map { $0 <= version } ?? true }
    }

    /// The letters of the current word that were not read yet.
    private var letters = "".unicodeScalars[...]

    /// The next option; `nil` at the first word that is not one, or after `--`.
    mutating func next(
        _ words: inout ArraySlice<String>
    ) throws(SyntaxError) -> GlobalOption? {
        if let letter = letters.popFirst() { return try short(letter, &words) }
        guard let word = words.first, word.unicodeScalars.count > 1, word.hasPrefix("-") else {
            return nil
        }
        words.removeFirst()
        if word == "--" { return nil }
        if word.hasPrefix("--") { return try long(word, &words) }
        letters = word.unicodeScalars.dropFirst()
        guard let letter = letters.popFirst() else { return nil }
        return try short(letter, &words)
    }

    private mutating func short(
        _ letter: Unicode.Scalar, _ words: inout ArraySlice<String>
    ) throws(SyntaxError) -> GlobalOption {
        guard let option = definitions.first(where: { $0.letter == letter }) else {
            // `getopt_long` works on bytes, so virsh prints the first byte of the character.
            let byte = String(letter).utf8.first ?? 0
            throw SyntaxError(
                "unsupported option '-\(String(escapingBytes: [byte]))'. See --help.")
        }
        var value = ""
        if option.value == .required {
            // The value is the rest of the word, as in `-d0`, or else the next word.
            if !letters.isEmpty {
                value = String(letters)
                letters = "".unicodeScalars[...]
            } else if let word = words.popFirst() {
                value = word
            } else {
                throw option.missingValue
            }
        }
        return GlobalOption(kind: option.kind, value: value, spelling: "-\(letter)")
    }

    private func long(
        _ word: String, _ words: inout ArraySlice<String>
    ) throws(SyntaxError) -> GlobalOption {
        let parts = word.dropFirst(2).split(
            separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let name = String(parts[0])
        let given = parts.count == 2 ? String(parts[1]) : nil
        // A unique prefix of a long name is enough, e.g. `--conn`. An exact match always wins.
        var matches = definitions.filter { $0.name?.hasPrefix(name) == true }
        if let exact = matches.first(where: { $0.name == name }) { matches = [exact] }
        guard let option = matches.first, matches.count == 1 else {
            throw SyntaxError("unsupported option '\(word)'. See --help.")
        }
        var value = given ?? ""
        switch option.value {
        case .optional: break
        case .none where given != nil:
            // `getopt_long` then names the letter of the option, or 0 if there is none.
            let shown = option.letter.map { "-\($0)" } ?? word
            throw SyntaxError("unsupported option '\(shown)'. See --help.")
        case .none: break
        case .required where given == nil:
            guard let next = words.popFirst() else { throw option.missingValue }
            value = next
        case .required: break
        }
        return GlobalOption(
            kind: option.kind, value: value, spelling: "--\(option.name ?? "")")
    }
}

extension LibvirtVersion {
    /// The first virsh with the option `--no-pkttyagent`.
    fileprivate static let noAgent = LibvirtVersion(11, 4)
}

/// The text of `virsh -V` in Debian 12, with what it was built with.
private func longVersion(_ version: LibvirtVersion) -> String {
    """
    Virsh command line tool of libvirt \(version.text)
    See web site at https://libvirt.org/

    Compiled with support for:
     Hypervisors: QEMU/KVM LXC LibXL OpenVZ VMware VirtualBox ESX Test
     Networking: Remote Network Bridging Interface udev Nwfilter
     Storage: Dir Disk Filesystem SCSI Multipath iSCSI iSCSI-direct LVM RBD Gluster ZFS
     Miscellaneous: Daemon Nodedev AppArmor SELinux Secrets Debug DTrace Readline

    """
}

private func usage(_ policy: Policy, _ version: LibvirtVersion) -> String {
    let agent = "         --no-pkttyagent    accepted; starts no agent anyway\n"
    var text = """

        virsh [options]... [<command_string>]
        virsh [options]... <command> [args...]

          options:
            -c | --connect=URI      the hypervisor to connect to
            -d | --debug=NUM        lowest level of debug messages, 0 (all) to 4 (none)
            -e | --escape <char>    escape sequence of consoles
            -h | --help             print this text
            -k | --keepalive-interval=NUM
                                    keepalive interval in seconds, 0 for disable
            -K | --keepalive-count=NUM
                                    number of possible missed keepalive messages
            -l | --log=FILE         accepted; nothing is logged
            -q | --quiet            print results only
            -r | --readonly         connect read-only
            -t | --timing           print the duration of each command
        \(version < .noAgent ? "" : agent)    -v                      short version
            -V                      long version
                 --version[=TYPE]   version, TYPE is short or long (default short)
          commands (non interactive mode):


        """
    for group in Group.all {
        let commands = group.commands(shownTo: policy, version)
        guard !commands.isEmpty else { continue }
        text += " \(group.name) (help keyword '\(group.keyword)')\n"
        for command in commands { text += "    \(command.name.padded(30)) \(command.help)\n" }
        text += "\n"
    }
    return text + """

          (specify help <group> for details about the commands in the group)

          (specify help <command> for details about the command)


        """
}
