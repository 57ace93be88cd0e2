import FoundationEssentials
import Libvirt
import Testing

@testable import Virsh

extension ProcessStateTests {
    /// The command tables equal virsh's: help.txt was recorded from the real virsh of each version.
    struct TableOfCommandsTests {
        @Test func namesAreUnique() {
            let names = Group.all.flatMap { $0.commands.map(\.name) + $0.aliases.keys }
            #expect(Set(names).count == names.count)
            for group in Group.all {
                for target in group.aliases.values {
                    #expect(Command.named(target, in: nil) != nil)
                }
            }
        }

        @Test(arguments: Group.all.flatMap(\.commands), LibvirtVersion.recorded)
        func optionsAreInOrder(of command: Command, in version: LibvirtVersion) {
            let options = command.declared(for: version).options
            #expect(Set(options.map(\.name)).count == options.count)
            // In virsh a required option must not follow an optional one, unless that one can only
            // be given by name.
            let firstOptional = options.firstIndex {
                switch $0.kind {
                case .flag, .alias: false
                default: !$0.isRequired && $0.placement != .named
                }
            }
            for (index, option) in options.enumerated() {
                switch option.kind {
                case .alias(let target):
                    let name = String(target.prefix { $0 != "=" })
                    let place = options.firstIndex { $0.name == name }
                    #expect(
                        place.map { $0 > index } == true, "--\(option.name) is for a later option")
                case .rest:
                    #expect(index == options.count - 1, "<\(option.name)> comes last")
                default:
                    if option.isRequired, option.placement != .named, let firstOptional {
                        #expect(index < firstOptional, "<\(option.name)> comes first")
                    }
                }
            }
        }

        @Test(arguments: LibvirtVersion.recorded)
        func groupsEqualVirshs(in version: LibvirtVersion) throws {
            let recorded = try #require(RecordedHelp.all[version]).groups
            #expect(Group.all.map(\.keyword) == recorded.map(\.keyword))
            for group in Group.all {
                let expected = recorded.first { $0.keyword == group.keyword }
                #expect(group.name == expected?.name)
                let names = group.shownCommands(in: version).map(\.name)
                #expect(names == expected?.commands, "\(group.keyword)")
            }
        }

        @Test(arguments: Group.all.flatMap(\.commands).filter { !$0.isHidden })
        func helpEqualsVirshs(of command: Command) throws {
            for version in LibvirtVersion.recorded {
                let shell = Shell(uri: nil, version: version) { (uri, _) throws(LibvirtError) in
                    try Connection(uri)
                }
                let recorded = try #require(RecordedHelp.all[version]).commands[command.name]
                // If the command does not exist, `help` fails and nothing is recorded.
                #expect(shell.run(["help", command.name]) == (recorded != nil))
                guard let recorded else { continue }
                #expect(
                    RecordedHelp.withoutProse(shell.output.text) == recorded, "\(version.text)")
            }
        }

        /// The help of a command without options ends after its description; these have none.
        @Test func commandsWithoutOptionsAreDescribedAsByVirsh() {
            let commands = Group.all.flatMap(\.commands).filter {
                !$0.isHidden && $0.declared(for: .newest).options.isEmpty
            }
            #expect(
                commands.filter(\.description.isEmpty).map(\.name) == [
                    "hostname", "uri", "exit", "quit",
                ])
        }

        /// Only the old help has a text of two lines.
        @Test(arguments: [(LibvirtVersion.oldest, 2), (.newest, 1)])
        func linesOfTheModesOfNumatune(in version: LibvirtVersion, _ lines: Int) {
            let options = Command.named("numatune", in: version)?.declared(for: version).options
            let mode = options?.first { $0.name == "mode" }
            #expect(mode?.help.split(separator: "\n").count == lines)
        }

        /// A command of a newer version is unknown.
        @Test func newerCommandsAreUnknown() throws {
            let shell = Shell(uri: nil, version: LibvirtVersion(9, 6)) {
                (uri, _) throws(LibvirtError) in try Connection(uri)
            }
            #expect(!shell.run(["net-desc", "default"]))
            #expect(shell.output.text == "error: unknown command: 'net-desc'\n")
            #expect(Command.named("net-desc", in: LibvirtVersion(9, 7)) != nil)
        }

        @Test(arguments: Group.all.flatMap(\.commands))
        func everyHelpTextIsPresentAndShort(of command: Command) {
            #expect(!command.help.isEmpty && command.help.utf8.count <= 80)
            for option in command.declared(for: .newest).options {
                if case .alias = option.kind { continue }
                #expect(!option.help.isEmpty, "--\(option.name)")
            }
        }
    }
}

extension Command: CustomTestStringConvertible {
    package var testDescription: String { name }
}

/// help.txt of a version: the groups, then each command's synopsis and options.
private struct RecordedHelp {
    typealias Group = (keyword: String, name: String, commands: [String])

    static let all: [LibvirtVersion: RecordedHelp] = LibvirtVersion.recorded.reduce(into: [:]) {
        let newer = fixtures.deletingLastPathComponent().appending(path: "Newer/\($1.text)")
        $0[$1] = RecordedHelp(($1 == .oldest ? fixtures : newer).appending(path: "help.txt"))
    }

    let groups: [Group]
    /// The lines of each command, by the command's name.
    let commands: [String: [String]]

    private init(_ file: URL) {
        let paragraphs = text(of: file).split(separator: "\n\n")
            .map { $0.split(separator: "\n").map(String.init) }
        groups = paragraphs[0].reduce(into: []) { groups, line in
            if line.hasPrefix("  ") {
                groups[groups.count - 1].commands.append(String(line.dropFirst(2)))
            } else {
                let parts = line.split(separator: ": ", maxSplits: 1).map(String.init)
                groups.append((parts[0], parts[1], []))
            }
        }
        commands = paragraphs.dropFirst().reduce(into: [:]) {
            $0[String($1[0].prefix { $0 != " " })] = $1
        }
    }

    /// The part of `help COMMAND` that is recorded: the synopsis and the options.
    static func withoutProse(_ text: String) -> [String] {
        var part = ""
        var lines: [String] = []
        for line in text.split(separator: "\n") {
            if line.hasPrefix("    ") {
                if part == "  SYNOPSIS" { lines.append(String(line.dropFirst(4))) }
                if part == "  OPTIONS" {
                    let option = String(line.dropFirst(4))
                    lines.append("  " + (option.split(separator: "  ").first ?? ""))
                }
            } else if line.hasPrefix("  ") {  // otherwise a continued help text
                part = String(line)
            }
        }
        return lines
    }
}
