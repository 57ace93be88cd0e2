import Host
import Libvirt

// virsh 9.0.0: `virshParseArgv` in virsh.c, and glibc's `getopt_long` below it.

extension Shell {
    /// Words with virsh's own options in front.
    func runGlobal(_ words: [String]) throws(SyntaxError) -> Bool {
        var rest = words[...]
        var reader = GlobalOptionReader()
        while let option = try reader.next(&rest) {
            if try apply(option) == .exit { return true }
        }
        // Without a command virsh is interactive: it shows its prompt and reads nothing.
        guard !rest.isEmpty else {
            return whenConnected {
                print(isReadOnly ? "virsh > \n" : "virsh # \n")
                return true
            }
        }
        return try runCommands(Array(rest))
    }

    private enum Next { case goOn, exit }

    private func apply(_ option: GlobalOption) throws(SyntaxError) -> Next {
        switch option.letter {
        case "c": uri = option.value
        case "d": try setDebugLevel(option)
        case "e": try checkEscape(option.value)
        case "h":
            print(usage)
            return .exit
        case "k": keepAlive.interval = try keepAliveNumber(option)
        case "K": keepAlive.count = try keepAliveNumber(option)
        case "q": isQuiet = true
        case "t": isTimed = true
        case "r": isReadOnly = true
        case "v" where option.value != "long":
            print(libraryVersionText + "\n")
            return .exit
        case "v", "V":
            print(longVersion)
            return .exit
        default: break  // -l: where virsh would log is not ours to write
        }
        return .goOn
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

    /// What would leave a console: one character, or `^` and a letter.
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

/// An option of virsh's own.
struct GlobalOption {
    let letter: Unicode.Scalar
    /// Empty where it takes none.
    let value: String
    /// How errors name it: `-d` or `--debug`, as it was given.
    let spelling: String
}

/// virsh's own options, as glibc reads them: letters may share a word, long names may be cut
/// short, and the first word that is no option ends them.
struct GlobalOptionReader {
    private enum Value { case none, required, optional }

    private static let names: [(name: String, letter: Unicode.Scalar, value: Value)] = [
        ("connect", "c", .required),
        ("debug", "d", .required),
        ("escape", "e", .required),
        ("help", "h", .none),
        ("keepalive-interval", "k", .required),
        ("keepalive-count", "K", .required),
        ("log", "l", .required),
        ("quiet", "q", .none),
        ("readonly", "r", .none),
        ("timing", "t", .none),
        ("version", "v", .optional),
    ]

    /// Letters of the current word that are still to be read.
    private var letters = "".unicodeScalars[...]

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
        let known = Self.names.first { $0.letter == letter }
        guard known != nil || letter == "V" else {
            // One byte is what virsh takes and shows.
            let byte = String(letter).utf8.first ?? 0
            throw SyntaxError(
                "unsupported option '-\(String(escapingBytes: [byte]))'. See --help.")
        }
        var value = ""
        if let known, known.value == .required {
            if !letters.isEmpty {
                value = String(letters)
                letters = "".unicodeScalars[...]
            } else if let word = words.popFirst() {
                value = word
            } else {
                throw SyntaxError("option '-\(letter)'/'--\(known.name)' requires an argument")
            }
        }
        return GlobalOption(letter: letter, value: value, spelling: "-\(letter)")
    }

    private func long(
        _ word: String, _ words: inout ArraySlice<String>
    ) throws(SyntaxError) -> GlobalOption {
        let parts = word.dropFirst(2).split(
            separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let name = String(parts[0])
        let given = parts.count == 2 ? String(parts[1]) : nil
        var matches = Self.names.filter { $0.name.hasPrefix(name) }
        if let exact = matches.first(where: { $0.name == name }) { matches = [exact] }
        guard let option = matches.first, matches.count == 1 else {
            throw SyntaxError("unsupported option '\(word)'. See --help.")
        }
        var value = given ?? ""
        switch option.value {
        case .optional: break
        case .none where given != nil:
            throw SyntaxError("unsupported option '-\(option.letter)'. See --help.")
        case .none: break
        case .required where given == nil:
            guard let next = words.popFirst() else {
                throw SyntaxError(
                    "option '-\(option.letter)'/'--\(option.name)' requires an argument")
            }
            value = next
        case .required: break
        }
        return GlobalOption(letter: option.letter, value: value, spelling: "--\(option.name)")
    }
}

/// The library's version, which is also that of the virsh that comes with it.
private var libraryVersionText: String { versionText(Connection.libraryVersion) }

/// What Debian 12's virsh was built with.
private var longVersion: String {
    """
    Virsh command line tool of libvirt \(libraryVersionText)
    See web site at https://libvirt.org/

    Compiled with support for:
     Hypervisors: QEMU/KVM LXC LibXL OpenVZ VMware VirtualBox ESX Test
     Networking: Remote Network Bridging Interface udev Nwfilter
     Storage: Dir Disk Filesystem SCSI Multipath iSCSI iSCSI-direct LVM RBD Gluster ZFS
     Miscellaneous: Daemon Nodedev AppArmor SELinux Secrets Debug DTrace Readline

    """
}

private var usage: String {
    var text = """

        virsh [options]... [<command_string>]
        virsh [options]... <command> [args...]

          options:
            -c | --connect=URI      the hypervisor to connect to
            -d | --debug=NUM        how much to tell, 0 (all) to 4
            -e | --escape <char>    what leaves a console
            -h | --help             this text
            -k | --keepalive-interval=NUM
                                    keepalive interval in seconds, 0 for disable
            -K | --keepalive-count=NUM
                                    number of possible missed keepalive messages
            -l | --log=FILE         accepted; nothing is logged
            -q | --quiet            results only
            -r | --readonly         look only
            -t | --timing           tell how long each command takes
            -v                      short version
            -V                      long version
                 --version[=TYPE]   version, TYPE is short or long (default short)
          commands (non interactive mode):


        """
    for group in Group.all {
        text += " \(group.name) (help keyword '\(group.keyword)')\n"
        for command in group.commands where !command.isHidden {
            text += "    \(command.name.padded(30)) \(command.help)\n"
        }
        text += "\n"
    }
    return text + """

          (specify help <group> for details about the commands in the group)

          (specify help <command> for details about the command)


        """
}
