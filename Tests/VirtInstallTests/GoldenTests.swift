import Libvirt
import Testing
import XML

@testable import VirtInstall

/// Options make what the real virt-install made of them when `record` asked it.
struct GoldenTests {
    init() { LibvirtError.silenceLibrary() }

    @Test(arguments: Transcript.all)
    func makesWhatVirtInstallMakes(_ transcript: Transcript) throws {
        let known = try answer(to: transcript.words(of: ""))
        #expect(known.lines == transcript.known, "> \(transcript.common)")
        for one in transcript.cases {
            let made = try answer(to: transcript.words(of: one.line))
            var shown = made.text
            if let lines = made.lines, let known = known.lines {
                shown = known.filter { !lines.contains($0) }.map { "- \($0)" }
                shown += lines.filter { !known.contains($0) }.map { "+ \($0)" }
            } else if made.status != 0 {
                shown.append("[exit \(made.status)]")
            }
            #expect(shown == one.answer, "$ \(one.line)")
        }
    }

    /// The status, the lines of the XML where there is any, and else the text. Each has a folder
    /// and a host of its own.
    private func answer(
        to words: [String]
    ) throws -> (status: Int32, lines: [String]?, text: [String]) {
        let folder = try PrivateFolder()
        defer { folder.remove() }
        let words = words.map { $0.replacing("@DIR@", with: folder.path) }
        var text = ""
        let status = install(words, output: Output { text += $0 }) { _ in
            try Connection("test://\(folder.path)/node.xml")
        }
        text = text.replacing(folder.path, with: "@DIR@")
        guard status == 0, text.contains("<domain") else {
            var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
            if lines.last == "" { lines.removeLast() }
            return (status, nil, lines.map(String.init))
        }
        var found: [String] = []
        var rest = text[...]
        while let end = rest.firstRange(of: "</domain>"),
            let start = rest.firstRange(of: "<domain")
        {
            let xml = String(rest[start.lowerBound..<end.upperBound])
            found += try lines(
                of: Document(parsing: xml).root, path: found.isEmpty ? "" : "second/")
            rest = rest[end.upperBound...]
        }
        return (0, plain(found, words: words), [])
    }
}

extension InstallOption: CustomTestStringConvertible {
    public var testDescription: String { name }
}

/// The tables of options.
struct RowTests {
    /// Options whose sub-options need media: their own tests have them.
    private static let elsewhere = ["location", "unattended", "cloud-init", "os-variant"]

    /// Every name of every sub-option stands in some recorded case.
    @Test(arguments: (installOptions + choiceOptions).filter { !elsewhere.contains($0.name) })
    func everyNameIsRecorded(_ option: InstallOption) throws {
        let rows = option.rows
        var seen: Set<String> = []
        for transcript in Transcript.all {
            for one in transcript.cases {
                // What fails shows nothing of the rest of its words.
                guard !one.answer.contains(where: { $0.hasPrefix("ERROR") }) else { continue }
                for text in try values(of: option, in: shellWords(one.line)) {
                    let given = try Given(text, rows: rows, positional: option.positional)
                    for row in rows {
                        for name in row.names
                        where given.keys.contains(where: { Row.indices(in: $0, of: name) != nil }) {
                            seen.insert(String(name))
                        }
                    }
                }
            }
        }
        let missing = rows.flatMap(\.names).map(String.init).filter {
            !seen.contains($0) && !(Self.unrecorded[option.name] ?? []).contains($0)
        }
        #expect(missing == [], "write `$` lines in Golden/\(option.name).txt and run `record`")
    }

    /// Names whose effect does not show in XML, or that virt-install itself refuses.
    private static let unrecorded: [String: Set<String>] = [
        "memory": ["clearxml"], "vcpus": ["clearxml"], "metadata": ["clearxml"],
        "events": ["clearxml"],
        "qemu-commandline": ["xpath#.delete", "xpath#.set", "xpath#.create", "xpath#.value"],
        "install": ["kernel", "initrd", "kernel_args", "kernel_args_overwrite", "os"],
        "boot": ["refresh-machine-type", "machine", "uefi"],
    ]

    @Test(arguments: installOptions + choiceOptions)
    func namesAreDistinct(_ option: InstallOption) {
        let names = option.rows.flatMap(\.names)
        let firsts = option.rows.map { $0.names[0] }
        #expect(Set(firsts).count == firsts.count)
        #expect(names.allSatisfy { !$0.isEmpty })
    }

    private func values(of option: InstallOption, in words: [String]) -> [String] {
        let names = Set(
            Action.table.flatMap(\.actions).filter { $0.name == option.name }.flatMap(\.strings))
        var found: [String] = []
        for (index, word) in words.enumerated() {
            let name = word.prefix { $0 != "=" }
            guard names.contains(name) else { continue }
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
        #expect(try shellWords(text, separators: [","]) == words)
    }

    @Test(arguments: ["'a", "a\\", "\"x'"])
    func openQuotesAreRefused(_ text: String) {
        #expect(throws: OptionMistake.self) { try shellWords(text) }
    }

    @Test(arguments: [
        ("a'b", "\"a'b\""), ("a\\n", "'a\\\\n'"), ("\u{1}", "'\\x01'"), ("'\"", "'\\'\"'"),
    ])
    func textsAreQuotedAsPythonDoes(_ text: String, _ quoted: String) {
        #expect(pythonQuoted(text) == quoted)
    }

    @Test func indicesOfNames() {
        #expect(Row.indices(in: "cell12.cache3.id", of: "cell#.cache#.id") == [12, 3])
        #expect(Row.indices(in: "cell.cache.id", of: "cell#.cache#.id") == [0, 0])
        #expect(Row.indices(in: "cell1.cache3.i", of: "cell#.cache#.id") == nil)
        #expect(Row.indices(in: "entry", of: "entry#") == [0])
        #expect(Row.indices(in: "entry1.name", of: "entry#") == nil)
    }
}
