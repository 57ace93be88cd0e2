import FoundationEssentials
import InstallMedia
import System
import Testing
import XML

@testable import VirtInstall

/// A file of Golden; see `record`.
struct Transcript: CustomTestStringConvertible, Sendable {
    /// The version of virt-install that recorded it.
    let version: InstallVersion
    /// Its name without the ending, e.g. `disk`.
    let name: String
    /// The words that all cases share.
    let common: [String]
    /// The XML that results from them alone.
    let known: [String]
    let cases: [Case]

    struct Case: Sendable {
        let line: String
        /// The recorded lines below it.
        let answer: [String]
    }

    var testDescription: String { "\(version.text) \(name)" }

    /// What each version answers to each case. It is recorded only if an older version has another
    /// answer, so one case may be in several transcripts.
    static let all = InstallVersion.allCases.flatMap(of)

    private static func of(_ version: InstallVersion) -> [Transcript] {
        var found: [Transcript] = []
        for recorded in InstallVersion.allCases where recorded <= version {
            let folder = golden(recorded)
            let names = try? FileManager.default.contentsOfDirectory(atPath: folder.path)
            for file in (names ?? []).filter({ $0.hasSuffix(".txt") }).sorted() {
                let older = found.firstIndex { "\($0.name).txt" == file }
                guard
                    let newer = try? Transcript(
                        version: version, name: String(file.dropLast(4)),
                        text: text(of: folder.appending(path: file)),
                        older: older.map { found.remove(at: $0) })
                else { continue }
                found.append(newer)
            }
        }
        return found
    }

    static func golden(_ version: InstallVersion) -> URL {
        tests.appending(path: "Golden/\(version.text)")
    }

    /// `older` has the cases that are not recorded again.
    private init(
        version: InstallVersion, name: String, text: String, older: Transcript?
    ) throws {
        self.version = version
        self.name = name
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        if lines.last == "" { lines.removeLast() }
        let starts = lines.indices.filter { lines[$0].hasPrefix("$ ") }
        common = try splitWords(String((lines.first ?? "").dropFirst(2)))
        known = Array(lines[1..<(starts.first ?? lines.count)])
        let own = starts.enumerated().map { number, start in
            let end = number + 1 < starts.count ? starts[number + 1] : lines.count
            return Case(
                line: String(lines[start].dropFirst(2)), answer: Array(lines[(start + 1)..<end]))
        }
        let ownLines = Set(own.map(\.line))
        cases = own + (older?.cases ?? []).filter { !ownLines.contains($0.line) }
    }

    /// The words of a case, and the common words for options that the case does not have.
    func words(of line: String) throws -> [String] {
        let words = try splitWords(line)
        let own = Set(words.map { $0.prefix { $0 != "=" } })
        var keeps = true
        let rest = common.filter { word in
            if word.hasPrefix("--") { keeps = !own.contains(word[...]) }
            return keeps
        }
        return words + rest + ["--dry-run"] + (own.contains("--print-xml") ? [] : ["--print-xml"])
    }
}

/// `devices/disk[2]/@type=file` for each attribute, `devices/disk/serial=x` for each text.
func lines(of element: Node, path: String = "") -> [String] {
    var lines = element.attributes.map { "\(path)@\($0.name)=\($0.value)" }
    let children = element.elements()
    let first = element.children.first { $0.isText || $0.isElement }
    let text = first.map { $0.isText ? $0.text.trimmed : "" } ?? ""
    if !text.isEmpty || lines.isEmpty && children.isEmpty {
        lines.append("\(path.hasSuffix("/") ? String(path.dropLast()) : path)=\(text)")
    }
    var counts: [String: Int] = [:]
    for child in children {
        let number = counts[child.name, default: 0] + 1
        counts[child.name] = number
        let index = number > 1 ? "[\(number)]" : ""
        lines += VirtInstallTests.lines(of: child, path: "\(path)\(child.name)\(index)/")
    }
    return lines
}

/// Sorts the lines and masks random values, unless the words of the case contain them.
func plain(_ lines: [String], words: [String]) -> [String] {
    let asked = words.joined(separator: " ").lowercased()
    return lines.map { line in
        guard let equals = line.firstIndex(of: "=") else { return line }
        let value = line[line.index(after: equals)...]
        guard !asked.contains(value) || value.isEmpty else { return line }
        let groups = value.split(separator: "-").map(\.count)
        let isHexadecimal = value.allSatisfy { "0123456789abcdef-:".contains($0) }
        if isHexadecimal, groups == [8, 4, 4, 4, 12] { return line[...equals] + "UUID" }
        if isHexadecimal, value.split(separator: ":").map(\.count) == [2, 2, 2, 2, 2, 2] {
            return line[...equals] + "MAC"
        }
        let name = value.split(separator: "/").last ?? ""
        if value.hasPrefix("/"), name.hasPrefix("virtinst-") {
            let made = name.split(separator: "-", maxSplits: 2).last ?? ""
            return line[...equals] + "@SCRATCH@/\(made)"
        }
        return line
    }.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
}

/// A copy of Fixtures, with the ISO images that are made of it.
struct PrivateFolder {
    let path: String

    /// Copies only the parts that `words` mention.
    init(for words: [String] = []) throws {
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "virt-install-tests-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        path = folder.path
        for name in try FileManager.default.contentsOfDirectory(atPath: fixtures.path)
        where !["osinfo", "drivers"].contains(name) {
            let isNeeded = words.contains { $0.contains("/\(name)/") }
            guard isNeeded || !["images", "trees"].contains(name) else { continue }
            try FileManager.default.copyItem(
                at: fixtures.appending(path: name), to: folder.appending(path: name))
        }
        guard words.contains(where: { $0.contains("/images/") }) else { return }
        let images = folder.appending(path: "images")
        for label in try FileManager.default.contentsOfDirectory(atPath: images.path)
        where words.contains(where: { $0.contains("\(label).iso") }) {
            let root = images.appending(path: label)
            let contents = try files(in: root).map { file in
                (
                    String(file.path.dropFirst(root.path.count + 1)),
                    [UInt8](try Data(contentsOf: file))
                )
            }
            let image = try FileDescriptor.creating(images.appending(path: "\(label).iso").path)
            try ISOImageWriter.write(contents, volume: label, to: image, in: images.path)
        }
    }

    func remove() { try? FileManager.default.removeItem(atPath: path) }
}

/// A copy of the osinfo fixtures, with the URL of `FixtureServer`.
struct SystemsFolder {
    let path: String

    init() throws {
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "virt-install-tests-osinfo-\(UUID().uuidString)")
        try FileManager.default.copyItem(at: fixtures.appending(path: "osinfo"), to: folder)
        path = folder.path
        for file in try files(in: folder) {
            let text = text(of: file).replacing("@HTTP@", with: FixtureServer.address)
            try Data(text.utf8).write(to: file)
        }
    }

    func remove() { try? FileManager.default.removeItem(atPath: path) }
}

/// Serves Fixtures over HTTP, for all tests.
enum FixtureServer {
    private static let server = Server(
        Dictionary(
            uniqueKeysWithValues: ((try? files(in: fixtures)) ?? []).map { file in
                (
                    String(file.path.dropFirst(fixtures.path.count)),
                    .file([UInt8]((try? Data(contentsOf: file)) ?? Data()))
                )
            }))
    static let address = server.url("")
}

/// All files below a folder.
func files(in folder: URL) throws -> [URL] {
    try FileManager.default.subpathsOfDirectory(atPath: folder.path).sorted()
        .map { folder.appending(path: $0) }
        .filter { file in
            var isFolder = false
            return FileManager.default.fileExists(atPath: file.path, isDirectory: &isFolder)
                && !isFolder
        }
}

let fixtures = tests.appending(path: "Fixtures")
let tests = URL(filePath: #filePath).deletingLastPathComponent()

func text(of file: URL) -> String {
    (try? Data(contentsOf: file)).map { String(decoding: $0, as: UTF8.self) } ?? ""
}
