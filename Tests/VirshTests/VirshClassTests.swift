import FoundationEssentials
import Libvirt
import Policy
import Testing

@testable import Virsh

/// The classes, objects and options of all commands equal the table of the contract, of which
/// Fixtures/virsh-classes.tsv is a copy: each command was put into its class on purpose.
struct VirshClassTests {
    /// One line of the table.
    struct Row {
        let name: String
        let virshClass: String
        /// Letters for kinds of objects.
        let objects: String
        let conditions: String
    }

    private static let rows: [String: Row] = text(of: fixtures.appending(path: "virsh-classes.tsv"))
        .split(separator: "\n").filter { !$0.hasPrefix("#") }
        .reduce(into: [:]) { rows, line in
            let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
                .map(String.init)
            rows[fields[0]] = Row(
                name: fields[0], virshClass: fields[1], objects: fields[2],
                conditions: fields.count > 3 ? fields[3] : "")
        }

    private static let commands = Group.all.flatMap(\.commands)

    private static let letters: KeyValuePairs<ObjectKinds, Character> = [
        .domain: "D", .pool: "P", .volume: "V", .network: "N", .snapshot: "S", .xml: "X",
        .file: "F", .allGranted: "*",
    ]

    private func letters(of kinds: ObjectKinds) -> Set<Character> {
        let letters = Self.letters.filter { kinds.contains($0.key) }.map(\.value)
        return letters.isEmpty ? ["-"] : Set(letters)
    }

    @Test func everyCommandHasARow() {
        #expect(Set(Self.rows.keys) == Set(Self.commands.map(\.name)))
    }

    @Test(arguments: commands)
    func classAndObjectsEqualTheRow(of command: Command) throws {
        let row = try #require(Self.rows[command.name])
        #expect(command.virshClass.rawValue == row.virshClass)
        #expect(letters(of: command.objects) == Set(row.objects))
    }

    /// The options that a row's words mean without naming them.
    private static let meant = [
        "blkiotune": [
            "device-weights", "device-read-iops-sec", "device-write-iops-sec",
            "device-read-bytes-sec", "device-write-bytes-sec",
        ],
        "snapshot-create": ["disk-only", "reuse-external"],  // internal ones only
    ]

    @Test(arguments: commands)
    func refusedOptionsEqualTheRow(of command: Command) throws {
        let row = try #require(Self.rows[command.name])
        let named = row.conditions.matches(of: /--([a-z-]+)!/).map { String($0.1) }
        let refused = command.declared(for: .newest).options.filter { $0.access == .refused }.map(
            \.name)
        #expect(Set(refused) == Set(named + (Self.meant[command.name] ?? [])))
        #expect(
            Self.meant[command.name] == nil || row.conditions.contains(/device paths!|internal/))
    }

    @Test(arguments: commands)
    func optionsOfOtherClassesEqualTheRow(of command: Command) throws {
        let row = try #require(Self.rows[command.name])
        var expected: [String: String] = [:]
        for match in row.conditions.matches(of: /((?:--[a-z]+ )+)needs? ([a-z]+)/) {
            for name in match.1.split(separator: " ") {
                expected[String(name.dropFirst(2))] = String(match.2)
            }
        }
        var declared: [String: String] = [:]
        for option in command.declared(for: .newest).options {
            if case .needs(let use) = option.access { declared[option.name] = use.rawValue }
        }
        #expect(declared == expected)
    }

    @Test(arguments: commands)
    func valuesEqualTheRow(of command: Command) throws {
        let row = try #require(Self.rows[command.name])
        let only = row.conditions.firstMatch(of: /([a-z]+) ([a-z]+) only/)
        let limited = command.declared(for: .newest).options.filter {
            if case .only = $0.access { true } else { false }
        }
        let isLimited = only.map { $0.1 == "type" } ?? false
        #expect(limited.map(\.name) == (isLimited ? ["type"] : []))
        if isLimited, let only { #expect(limited.first?.access == .only([String(only.2)])) }
    }

    /// The options with which such a command still only reads.
    private static let selecting: [String: Set<String>] = [
        "blkdeviotune": ["domain", "device", "config", "live", "current"],
        "blkiotune": ["domain", "config", "live", "current"],
        "blockjob": ["domain", "path", "info", "bytes", "raw"],
        "desc": ["domain", "config", "live", "current", "title"],
        "domiftune": ["domain", "interface", "config", "live", "current"],
        "emulatorpin": ["domain", "config", "live", "current"],
        "guestvcpus": ["domain"],
        "memtune": ["domain", "config", "live", "current"],
        "net-desc": ["network", "config", "live", "current", "title"],
        "net-metadata": ["network", "uri", "config", "live", "current", "key"],
        "metadata": ["domain", "uri", "config", "live", "current", "key"],
        "numatune": ["domain", "config", "live", "current"],
        "perf": ["domain", "config", "live", "current"],
        "schedinfo": ["domain", "config", "live", "current"],
        "snapshot-current": ["domain", "name"],
        "vcpupin": ["domain", "vcpu", "config", "live", "current"],
    ]

    @Test(arguments: commands)
    func commandsThatMayOnlyReadEqualTheRow(of command: Command) throws {
        let row = try #require(Self.rows[command.name])
        #expect(command.mayOnlyRead == row.conditions.contains("reads without"))
        guard command.mayOnlyRead else { return }
        let options = command.declared(for: .newest).options
        #expect(
            Set(options.filter { $0.access == .selects }.map(\.name))
                == Self.selecting[command.name])
    }

    /// Otherwise the gate would not see a file's name.
    @Test(arguments: commands.filter { $0.virshClass != .never })
    func optionsThatNameFilesAreMarked(of command: Command) {
        let marked = command.declared(for: .newest).options.filter { $0.names.contains(.file) }
        #expect(marked.count == (command.objects.contains(.file) ? 1 : 0))
        #expect(
            marked.contains { $0.names.contains(.xml) } == command.objects.contains(.xml))
    }
}
