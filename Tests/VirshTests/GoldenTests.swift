import FoundationEssentials
import Glibc
import Libvirt
import Testing

@testable import Virsh

extension ProcessStateTests {
    /// The output of commands equals that of the real virsh, which `record` recorded.
    @Suite(.serialized)  // they share LibvirtError.reported and the working directory
    struct GoldenTests {
        init() {
            LibvirtError.silenceLibrary()
            setenv("TZ", "UTC", 1)
        }

        @Test(arguments: Transcript.all.filter { $0.runs })
        func outputEqualsVirshs(_ transcript: Transcript) throws {
            let folder = try PrivateFolder()
            defer { folder.remove() }
            var connection: Connection?
            for exchange in transcript.exchanges {
                // Like the helper: one connection, and a new shell for each request.
                let own = "test://\(folder.path)/node.xml"
                let shell = Shell(uri: own, version: transcript.version) {
                    (uri, readOnly) throws(LibvirtError) in
                    guard uri == own else { return try Connection(uri, readOnly: readOnly) }
                    if let connection { return connection }
                    let opened = try Connection(uri, readOnly: readOnly)
                    connection = opened
                    return opened
                }
                let words = exchange.words.map { $0.replacing("@DIR@", with: folder.path) }
                let isSuccess = shell.run(words)
                let output = Exchange.text(
                    isSuccess: isSuccess, shell.output.text.replacing(folder.path, with: "@DIR@"))
                // The helper tells success and failure only.
                let expected = exchange.output.replacing("\n[exit 2]\n", with: "\n[exit 1]\n")
                #expect(
                    output == (expected == "[exit 2]\n" ? "[exit 1]\n" : expected),
                    "$ \(exchange.line)")
            }
        }

        /// The commands without a transcript, and the reasons.
        private static let unrecorded = [
            "hostname": "its output depends on the machine's name",
            "version": "its output depends on the machine's libvirt",
            "self-test": "it tests virsh itself",
            "complete": "it completes commands of the virsh that runs it",
            "connect": "it may connect to hosts other than the private one",
        ]

        @Test func everyCommandHasATranscript() {
            let named = Set(Transcript.all.flatMap(\.exchanges).compactMap(\.words.first))
            let missing = Group.all.flatMap(\.commands).map(\.name).filter {
                !named.contains($0) && Self.unrecorded[$0] == nil
            }
            #expect(missing == [], "write `$` lines in Golden/<command>/ and run `record`")
        }

        /// The options without a transcript, and the reasons.
        private static let unrecordedOptions = [
            "self-test --dump-help": "it tests virsh itself",
            "net-desc --edit": "the program starts no editor",
            "net-metadata --edit": "the program starts no editor",
            "migrate --migrate-disks-target-zero": "virsh waits for ever after a failed migration",
            "migrate --comp-zlib-level": "virsh waits for ever after a failed migration",
            "migrate --comp-zstd-level": "virsh waits for ever after a failed migration",
        ]
        /// Many commands have these.
        private static let commonOptions: Set = ["config", "live", "current"]

        /// A command or an option that virsh 9.0.0 lacks is in a transcript of a newer version.
        @Test(arguments: Group.all.flatMap(\.commands))
        func whatIsNewerHasATranscript(of command: Command) {
            let newer = Transcript.all.filter { $0.version > .oldest && !$0.isOfGolden }
                .flatMap(\.exchanges).map(\.words).filter { $0.first == command.name }
            #expect(command.exists(in: .oldest) || !newer.isEmpty)
            let before = Set(
                command.exists(in: .oldest)
                    ? command.declared(for: .oldest).options.map(\.name) : [])
            for option in command.declared(for: .newest).options {
                let name = "--" + option.name
                if case .alias = option.kind { continue }
                guard !before.contains(option.name), !newer.contains(where: { $0.contains(name) })
                else { continue }
                #expect(
                    option.placement == .positional && !newer.isEmpty
                        || Self.isLimit(option) || Self.commonOptions.contains(option.name)
                        || Self.unrecordedOptions["\(command.name) \(name)"] != nil, "\(name)")
            }
        }

        /// Whether it is one of the 19 similar options of `blkdeviotune`.
        private static func isLimit(_ option: Option) -> Bool {
            option.name.contains("-sec") && option.name != "--timeout"
        }
    }
}

/// One command and the output of the real virsh.
struct Exchange {
    let line: String
    let words: [String]
    /// The output, and the marks that may follow it.
    var output = ""

    /// The output in the format of a transcript; see `record`.
    static func text(isSuccess: Bool, _ output: String) -> String {
        var text = output.split(separator: "\n", omittingEmptySubsequences: false).map {
            $0.hasPrefix("CPU time: ") ? $0.prefix { $0 != ":" } + ":       @TIME@" : $0
        }.joined(separator: "\n")
        if !text.isEmpty, !text.hasSuffix("\n") { text += "\n[no newline]\n" }
        return isSuccess ? text : text + "[exit 1]\n"
    }
}

/// A file in Golden: commands that share one session.
struct Transcript: CustomTestStringConvertible {
    /// Its path without the extension, e.g. `Golden/vol-info/sizes`.
    let name: String
    /// The version of virsh that it was recorded from.
    let version: LibvirtVersion
    let exchanges: [Exchange]

    /// Whether the library here can give such outputs.
    var runs: Bool {
        !name.contains("own-library") && !isOfGolden || version <= .running
    }

    /// Whether its commands are those of a transcript in Golden.
    var isOfGolden: Bool { name.contains("/changed/") }

    var testDescription: String { name }

    static let all: [Transcript] =
        folder("Golden", .oldest) + folder("Newer/11.3.0", LibvirtVersion(11, 3))
        + folder("Newer/12.8.0", .newest)

    private static func folder(_ folder: String, _ version: LibvirtVersion) -> [Transcript] {
        let home = fixtures.deletingLastPathComponent().appending(path: folder)
        let names = try? FileManager.default.subpathsOfDirectory(atPath: home.path)
        return (names ?? []).filter { $0.hasSuffix(".txt") && $0 != "help.txt" }.sorted().map {
            Transcript(
                name: folder + "/" + $0.dropLast(4), version, text(of: home.appending(path: $0)))
        }
    }

    private init(name: String, _ version: LibvirtVersion, _ text: String) {
        self.name = name
        self.version = version
        var exchanges: [Exchange] = []
        for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
            if line.hasPrefix("$ ") {
                let line = String(line.dropFirst(2))
                exchanges.append(Exchange(line: line, words: shellWords(line)))
            } else {
                exchanges[exchanges.count - 1].output += line + "\n"
            }
        }
        self.exchanges = exchanges
    }
}

/// A copy of Fixtures, which is the working directory until `remove()`.
struct PrivateFolder {
    let path: String
    /// The working directory before; other tests of the process need it.
    private let before = FileManager.default.currentDirectoryPath

    init() throws {
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "virsh-tests-\(UUID().uuidString)")
        try FileManager.default.copyItem(at: fixtures, to: folder)
        path = folder.path
        try #require(chdir(path) == 0)
    }

    func remove() {
        _ = chdir(before)
        try? FileManager.default.removeItem(atPath: path)
    }
}

extension LibvirtVersion {
    /// The versions of virsh whose transcripts are recorded.
    static let oldest = LibvirtVersion(9, 0)
    static let newest = LibvirtVersion(12, 8)
    static let recorded = [oldest, LibvirtVersion(11, 3), newest]
}

let fixtures = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures")

func text(of file: URL) -> String {
    (try? Data(contentsOf: file)).map { String(escapingBytes: $0) } ?? ""
}

/// The words of a line, split by the rules of a POSIX shell.
func shellWords(_ line: String) -> [String] {
    var words: [String] = []
    var word: String?
    var quote: Character?
    var rest = Substring(line)
    while let character = rest.popFirst() {
        switch (character, quote) {
        case (" ", nil):
            if let word { words.append(word) }
            word = nil
        case ("'", nil), ("\"", nil):
            quote = character
            word = word ?? ""
        case (character, character): quote = nil
        case ("\\", "\"") where rest.first.map { !"\"\\$`".contains($0) } ?? true:
            word = (word ?? "") + "\\"
        case ("\\", nil), ("\\", "\""):
            if let escaped = rest.popFirst() { word = (word ?? "") + String(escaped) }
        default: word = (word ?? "") + String(character)
        }
    }
    if let word { words.append(word) }
    return words
}
