import FoundationEssentials
import InstallMedia
import Libvirt
import OSInfo
import System
import Testing
import XML

@testable import VirtInstall

/// Compares the XML and messages with those of the real virt-install, which `record` recorded.
struct GoldenTests {
    init() { LibvirtError.silenceLibrary() }

    @Test(arguments: Transcript.all)
    func makesWhatVirtInstallMakes(_ transcript: Transcript) throws {
        let systems = try SystemsFolder()
        defer { systems.remove() }
        let known = try #require(
            try answer(to: transcript.words(of: ""), transcript.version, systems).documents.first)
        #expect(known == transcript.known, "> \(transcript.common)")
        for one in transcript.cases {
            let result = try answer(
                to: transcript.words(of: one.line), transcript.version, systems)
            var shown: [String] = []
            for (number, lines) in result.documents.enumerated() {
                if number > 0 { shown.append("and then:") }
                shown += known.filter { !lines.contains($0) }.map { "- \($0)" }
                shown += lines.filter { !known.contains($0) }.map { "+ \($0)" }
            }
            shown += result.text
            if result.status != 0 { shown.append("[exit \(result.status)]") }
            #expect(shown == one.answer, "$ \(one.line)")
        }
    }

    /// The status and the lines of each document; the text if there is no document. Of an error
    /// only the first paragraph is kept. Each run has a private folder and host.
    private func answer(
        to words: [String], _ version: InstallVersion, _ systems: SystemsFolder
    ) throws -> (status: Int32, documents: [[String]], text: [String]) {
        let folder = try PrivateFolder(for: words)
        defer { folder.remove() }
        let words = words.map {
            $0.replacing("@DIR@", with: folder.path)
                .replacing("@HTTP@", with: FixtureServer.address)
        }
        var text = ""
        let status = run(
            words, as: version, in: folder, systems, InstallOutput { said, _ in text += said })
        text = text.replacing(folder.path, with: "@DIR@")
            .replacing(FixtureServer.address, with: "@HTTP@")
        if let home = ProcessInformation.environment("HOME"), home.count > 1 {
            text = text.replacing(home, with: "@HOME@")
        }
        var documents: [[String]] = []
        if status == 0 {
            var rest = text[...]
            while let start = rest.firstRange(of: "<domain"),
                let end = rest.firstRange(of: "</domain>")
            {
                let xml = String(rest[start.lowerBound..<end.upperBound])
                documents.append(plain(try lines(of: Document(parsing: xml).root), words: words))
                rest = rest[end.upperBound...]
            }
        }
        guard documents.isEmpty else { return (status, documents, []) }
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        if lines.last == "" { lines.removeLast() }
        if status != 0, let error = lines.firstIndex(where: { $0.hasPrefix("ERROR") }),
            let end = lines[error...].firstIndex(of: "")
        {
            lines.removeSubrange(end...)
        }
        return (status, [], lines.map(String.init))
    }

    private func run(
        _ words: [String], as version: InstallVersion, in folder: PrivateFolder,
        _ systems: SystemsFolder, _ output: InstallOutput
    ) -> Int32 {
        do {
            return try runInstall(words, as: version, output: output) { _ in
                let connection = try Connection("test://\(folder.path)/node.xml")
                return TargetHost(
                    connection, version, uri: try connection.uri(),
                    database: Database(directories: [systems.path]))
            }
        } catch {
            return report(error, output)
        }
    }
}

extension InstallVersion: CustomTestStringConvertible {
    public var testDescription: String { text }
}

/// The declarations of options.
struct SubOptionTests {
    /// Every name of every sub-option is used by a case that a version recorded which has it.
    @Test(arguments: InstallVersion.allCases)
    func everyNameIsRecorded(_ version: InstallVersion) throws {
        for option in installOptions(version) + choiceOptions {
            try checkRecorded(option, version)
        }
    }

    private func checkRecorded(_ option: InstallOption, _ version: InstallVersion) throws {
        let rows = option.subOptions(version).rows
        var seen: Set<String> = []
        for transcript in Transcript.all where transcript.version == version {
            for one in transcript.cases {
                let fails = one.answer.contains { $0.hasPrefix("ERROR") }
                for text in try values(of: option, version, in: splitWords(one.line)) {
                    guard
                        let values = try? OptionValues(
                            text, rows: rows, positional: option.positional)
                    else { continue }
                    // An error says nothing about the other sub-options.
                    if fails, values.keys.count > 1 { continue }
                    for row in rows {
                        for name in row.names
                        where values.keys.contains(where: {
                            SubOption.indices(in: $0, of: name) != nil
                        }) {
                            seen.insert(name)
                        }
                    }
                }
            }
        }
        let missing = rows.flatMap(\.names).filter { !seen.contains($0) }
        #expect(
            missing == [],
            "write `$` lines in Golden/\(version.text)/\(option.name).txt and run `record`")
    }

    /// Every name of every option is used by a recorded case.
    @Test(arguments: InstallVersion.allCases)
    func everyOptionIsRecorded(_ version: InstallVersion) throws {
        var seen: Set<String> = []
        for transcript in Transcript.all where transcript.version == version {
            for one in transcript.cases where one.answer.last?.hasPrefix("[exit") != true {
                for word in try transcript.words(of: one.line) where word.hasPrefix("-") {
                    seen.insert(String(word.prefix { $0 != "=" }))
                }
            }
        }
        let strings = CommandLineGroup.options(version).flatMap(\.strings)
        let missing = strings.filter { !seen.contains($0) }
        #expect(
            Set(missing) == Set(Self.unrecorded.keys),
            "write `$` lines in Golden/\(version.text)/command-line.txt and run `record`")
    }

    private static let unrecorded = [
        "-h": "the text is ours", "--help": "the text is ours",
        "-d": "virt-install's messages are about its own code",
        "--debug": "virt-install's messages are about its own code",
        "--container": "not supported by the test driver; Hosts has cases of other drivers",
    ]

    /// The listed options are those of `virt-install --help`.
    @Test(arguments: InstallVersion.allCases)
    func optionsAreThoseOfVirtInstall(_ version: InstallVersion) {
        let shown = text(of: Transcript.golden(version).appending(path: "options"))
            .split(separator: "\n")
        let ours = CommandLineGroup.options(version).filter { !$0.isHidden }
        #expect(ours.map { $0.strings.joined(separator: " ") } == shown.map(String.init))
    }

    @Test(arguments: InstallVersion.allCases)
    func namesAreDistinct(_ version: InstallVersion) {
        for option in installOptions(version) + choiceOptions {
            let firsts = option.subOptions(version).rows.map { $0.names[0] }
            #expect(Set(firsts).count == firsts.count, "--\(option.name)")
        }
    }

    private func values(
        of option: InstallOption, _ version: InstallVersion, in words: [String]
    ) -> [String] {
        let names = Set(
            CommandLineGroup.options(version).filter { $0.name == option.name }
                .flatMap(\.strings))
        var found: [String] = []
        for (index, word) in words.enumerated() {
            let name = word.prefix { $0 != "=" }
            guard names.contains(String(name)) else { continue }
            if name.count < word.count {
                found.append(String(word.dropFirst(name.count + 1)))
            } else if index + 1 < words.count {
                found.append(words[index + 1])
            }
        }
        return found
    }
}

struct CommandLineTests {
    @Test(arguments: [
        ("/a/./b/../c", "/a/c"), ("//a", "//a"), ("///a/", "/a"), ("/../x", "/x"),
    ])
    func pathsAreMadeAbsolute(_ path: String, _ absolute: String) {
        #expect(absolutePath(path) == absolute)
    }

    @Test(arguments: [
        ("a,b", ["a", "b"]), ("'a,b',c=\"d e\"", ["a,b", "c=d e"]), ("a\\,b", ["a,b"]), (",,", []),
    ])
    func optionStringsAreSplit(_ text: String, _ words: [String]) throws {
        #expect(try splitWords(text, separators: ",") == words)
    }

    @Test(arguments: ["'a", "a\\", "\"x'"])
    func openQuotesAreRefused(_ text: String) {
        #expect(throws: OptionMistake.self) { try splitWords(text) }
    }

    @Test(arguments: [
        ("a'b", "\"a'b\""), ("a\\n", "'a\\\\n'"), ("\u{1}", "'\\x01'"), ("'\"", "'\\'\"'"),
    ])
    func textsAreQuotedAsPythonDoes(_ text: String, _ quoted: String) {
        #expect(pythonQuoted(text) == quoted)
    }

    @Test func indicesOfNames() {
        #expect(SubOption.indices(in: "cell12.cache3.id", of: "cell#.cache#.id") == [12, 3])
        #expect(SubOption.indices(in: "cell.cache.id", of: "cell#.cache#.id") == [0, 0])
        #expect(SubOption.indices(in: "cell1.cache3.i", of: "cell#.cache#.id") == nil)
        #expect(SubOption.indices(in: "entry", of: "entry#") == [0])
        #expect(SubOption.indices(in: "entry1.name", of: "entry#") == nil)
    }
}
