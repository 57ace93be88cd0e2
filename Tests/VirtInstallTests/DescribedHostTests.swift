import FoundationEssentials
import Glibc
import InstallMedia
import Libvirt
import Testing
import XML

@testable import VirtInstall

/// Guests on hosts with other hypervisors and architectures. The hosts exist only as XML, as in
/// virt-install's own test mode, with which `Hosts/record` ran the real virt-install.
@Suite(.serialized)  // test:///default has one state per process
struct DescribedHostTests {
    static let folder =
        #filePath.split(separator: "/").dropLast().map { "/" + $0 }.joined()
        + "/Hosts/"

    init() { LibvirtError.silenceLibrary() }

    /// A recorded case.
    struct Recorded: CustomTestStringConvertible, Sendable {
        let version: InstallVersion
        let host: String
        let words: [String]
        /// The XML or the error.
        let answer: String

        var testDescription: String {
            ([version.text, host] + words).joined(separator: " ")
        }
    }

    static func text(_ name: String) throws -> String {
        let bytes = try #require(FileManager.default.contents(atPath: folder + name), "\(name)")
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The answers of a version. It recorded those that an older version does not give.
    static func recorded(_ version: InstallVersion) throws -> [Recorded] {
        var answers: [String: String] = [:]
        for recorded in InstallVersion.allCases where recorded <= version {
            for piece in "\n\(try text("golden/\(recorded.text)"))".split(separator: "\n$ ") {
                let line = piece.prefix { $0 != "\n" }
                answers[String(line)] = String(piece.dropFirst(line.count))
            }
        }
        return answers.sorted { $0.key < $1.key }.map { line, answer in
            let words = line.split(separator: " ").map(String.init)
            return Recorded(
                version: version, host: words[0], words: Array(words.dropFirst()), answer: answer)
        }
    }

    @Test(arguments: InstallVersion.allCases)
    func guestsAreThoseOfVirtInstall(_ version: InstallVersion) throws {
        let recorded = try Self.recorded(version)
        #expect(recorded.count > 100)
        for item in recorded {
            let (status, text) = try Self.answer(item)
            if item.answer.contains("ERROR") {
                #expect(status == 1, "\(item.testDescription)")
                #expect(text.trimmed == item.answer.trimmed, "\(item.testDescription)")
            } else {
                #expect(status == 0, "\(item.testDescription): \(text)")
                guard status == 0 else { continue }
                let (ours, theirs) = (try Self.lines(text), try Self.lines(item.answer))
                let missing = theirs.filter { !ours.contains($0) }
                let extra = ours.filter { !theirs.contains($0) }
                #expect(
                    ours == theirs, "\(item.testDescription): missing \(missing) extra \(extra)")
            }
        }
    }

    /// QEMU runs as a user that may not be able to search a directory.
    @Test(arguments: [(0o700, true), (0o711, false)])
    func warnsOfClosedDirectories(mode: Int, warns: Bool) throws {
        let folder = try PrivateFolder()
        defer { folder.remove() }
        let files = FileManager.default
        try files.setAttributes([.posixPermissions: mode], ofItemAtPath: folder.path)
        let nobody = try #require(getpwnam("nobody")?.pointee)
        let capabilities = try Self.text("pc.xml").replacing(
            "<model>dac</model>",
            with: "<model>dac</model><baselabel type='kvm'>+\(nobody.pw_uid):+0</baselabel>")
        for words in [
            ["--disk", "\(folder.path)/a.img", "--import"],
            ["--cdrom", "\(folder.path)/b.img", "--disk", "none"],
        ] {
            var output = ""
            let common = [
                "--name", "guest", "--memory", "64", "--network", "none", "--graphics", "none",
                "--osinfo", "generic", "--dry-run",
            ]
            let status = try runInstall(
                words + common, as: .v41, output: InstallOutput { said, _ in output += said }
            ) {
                _ in
                let host = TargetHost(
                    try Connection("test://\(folder.path)/node.xml"), .v41,
                    uri: "qemu:///system")
                host.knownCapabilities = try Document(parsing: capabilities, keepBlanks: false)
                return host
            }
            #expect(status == 0, "\(output)")
            let warning =
                "\(words[1]) may not be accessible by the hypervisor. You will need to grant the "
                + "'nobody' user search permissions for the following directories: ["
            #expect(output.contains(warning) == warns, "\(output)")
            #expect(output.contains("'\(folder.path)']") == warns, "\(output)")
        }
    }

    private static func answer(_ item: Recorded) throws -> (status: Int32, text: String) {
        let hosts = try text("hosts").split(separator: "\n").map { $0.split(separator: " ") }
        let described = try #require(hosts.first { $0[0] == item.host }, "\(item.host)")
        let capabilities = try Document(parsing: try text(String(described[2])), keepBlanks: false)
        let domain = described[3] == "-" ? nil : try text(String(described[3]))
        var output = ""
        var words = [
            "--name", "guest", "--import", "--dry-run", "--print-xml",
        ]
        words += item.words
        if !words.contains("--memory") { words += ["--memory", "512"] }
        let reports = InstallOutput { said, _ in output += said }
        do {
            let status = try runInstall(words, as: item.version, output: reports) { _ in
                let host = TargetHost(
                    try Connection("test:///default"), item.version, uri: String(described[1]))
                host.knownCapabilities = capabilities
                if let domain {
                    host.describedDomain = { emulation in
                        guard let name = emulation.architecture else { return domain }
                        return Self.replacing(architecture: name, in: domain)
                    }
                }
                return host
            }
            return (status, output)
        } catch {
            return (1, output + "ERROR    \(VirtInstall.message(of: error))")
        }
    }

    /// Like virt-install's test mode, which uses one description for all architectures.
    private static func replacing(architecture: String, in text: String) -> String {
        guard let start = text.firstRange(of: "<arch>"), let end = text.firstRange(of: "</arch>")
        else { return text }
        return text.replacingCharacters(in: start.upperBound..<end.lowerBound, with: architecture)
    }

    /// The lines of a guest's XML. Elements are sorted by name; UUIDs and the random half of MAC
    /// addresses are masked.
    private static func lines(_ text: String) throws -> [String] {
        var lines: [String] = []
        append(try Document(parsing: text.trimmed, keepBlanks: false).root, 0, to: &lines)
        return lines
    }

    private static func masked(_ value: String, of node: Node) -> String {
        if node.name == "mac" { return String(value.prefix(8)) }
        guard value.hasPrefix("/dev/nmdm") else { return value }
        return "/dev/nmdm" + value.suffix(1)
    }

    private static func append(_ node: Node, _ depth: Int, to lines: inout [String]) {
        var line = String(repeating: " ", count: depth) + node.name
        for (name, value) in node.attributes.sorted(by: { $0.name < $1.name }) {
            line += " \(name)='\(masked(value, of: node))'"
        }
        let elements = node.elements()
        if elements.isEmpty, node.name != "uuid" { line += " \(node.text.trimmed)" }
        lines.append(line)
        let sorted = elements.enumerated().sorted {
            ($0.element.name, $0.offset) < ($1.element.name, $1.offset)
        }
        for (_, child) in sorted { append(child, depth + 1, to: &lines) }
    }
}

extension String {
    fileprivate func replacingCharacters(in range: Range<Index>, with text: String) -> String {
        self[..<range.lowerBound] + text + self[range.upperBound...]
    }
    fileprivate var trimmed: String {
        let start = drop { $0.isWhitespace }
        guard let end = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return String(start[...end])
    }
}
