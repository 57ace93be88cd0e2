import FoundationEssentials
import Libvirt
import Testing

@testable import Virsh

extension ProcessStateTests {
    /// The command tables equal virsh's. Fixtures/help.txt was recorded from the real virsh.
    struct TableOfCommandsTests {
        @Test func namesAreUnique() {
            let names = Group.all.flatMap { $0.commands.map(\.name) + $0.aliases.keys }
            #expect(Set(names).count == names.count)
            for group in Group.all {
                for target in group.aliases.values { #expect(Command.named(target) != nil) }
            }
        }

        @Test(arguments: Group.all.flatMap(\.commands))
        func optionsAreInOrder(of command: Command) {
            let options = command.declared().options
            #expect(Set(options.map(\.name)).count == options.count)
            // In virsh a required option must not follow an optional one, unless that one can only
            // be given by name.
            let firstOptional = options.firstIndex {
                switch $0.kind {
                case .flag, .alias: false
                default: !$0.isRequired && $0.isPositional
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
                    if option.isRequired, option.isPositional, let firstOptional {
                        #expect(index < firstOptional, "<\(option.name)> comes first")
                    }
                }
            }
        }

        @Test func groupsEqualVirshs() {
            let recorded = RecordedHelp.groups
            #expect(Group.all.map(\.keyword).isOrderedSubset(of: recorded.map(\.keyword)))
            for group in Group.all {
                let expected = recorded.first { $0.keyword == group.keyword }
                #expect(group.name == expected?.name)
                let names = group.commands.filter { !$0.isHidden }.map(\.name)
                #expect(names.isOrderedSubset(of: expected?.commands ?? []), "\(group.keyword)")
            }
        }

        @Test(arguments: Group.all.flatMap(\.commands).filter { !$0.isHidden })
        func helpEqualsVirshs(of command: Command) {
            let shell = Shell(uri: nil) { (uri, _) throws(LibvirtError) in try Connection(uri) }
            #expect(shell.run(["help", command.name]))
            #expect(
                RecordedHelp.withoutProse(shell.output.text) == RecordedHelp.commands[command.name])
        }

        @Test(arguments: Group.all.flatMap(\.commands))
        func everyHelpTextIsPresentAndShort(of command: Command) {
            #expect(!command.help.isEmpty && command.help.utf8.count <= 80)
            for option in command.declared().options {
                if case .alias = option.kind { continue }
                #expect(!option.help.isEmpty, "--\(option.name)")
            }
        }
    }
}

extension Command: CustomTestStringConvertible {
    package var testDescription: String { name }
}

extension [String] {
    fileprivate func isOrderedSubset(of all: [String]) -> Bool {
        var rest = self[...]
        for name in all where rest.first == name { rest.removeFirst() }
        return rest.isEmpty
    }
}

/// Fixtures/help.txt: the groups, then each command's synopsis and options.
private enum RecordedHelp {
    typealias Group = (keyword: String, name: String, commands: [String])

    private static let paragraphs = text(of: fixtures.appending(path: "help.txt"))
        .split(separator: "\n\n").map { $0.split(separator: "\n").map(String.init) }

    static let groups: [Group] = paragraphs[0].reduce(into: []) { groups, line in
        if line.hasPrefix("  ") {
            groups[groups.count - 1].commands.append(String(line.dropFirst(2)))
        } else {
            let parts = line.split(separator: ": ", maxSplits: 1).map(String.init)
            groups.append((parts[0], parts[1], []))
        }
    }

    /// The lines of each command, by the command's name.
    static let commands: [String: [String]] = paragraphs.dropFirst().reduce(into: [:]) {
        $0[String($1[0].prefix { $0 != " " })] = $1
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
