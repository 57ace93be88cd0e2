import FoundationEssentials
import InstallMedia
import Libvirt
import OSInfo
import Testing

@testable import VirtInstall

@Suite struct OperatingSystemTests {
    init() { LibvirtError.silenceLibrary() }

    private func run(_ words: [String], _ database: Database) -> (status: Int32, text: String) {
        var text = ""
        let output = InstallOutput { said, _ in text += said }
        do {
            let status = try runInstall(words, as: .v41, output: output) { _ in
                let connection = try Connection("test:///default")
                return TargetHost(
                    connection, .v41, uri: try connection.uri(), database: database)
            }
            return (status, text)
        } catch {
            return (1, text + "ERROR    \(VirtInstall.message(of: error))")
        }
    }

    /// Runs `body` with a private database instead of the system's.
    private func withDatabase(_ files: [String: String], _ body: (Database) throws -> Void) throws {
        let folder = "/tmp/osinfo-\(UUID().uuidString)"
        defer {
            do { try FileManager.default.removeItem(atPath: folder) } catch {
                Issue.record("cannot remove \(folder): \(error)")
            }
        }
        try FileManager.default.createDirectory(
            atPath: "\(folder)/os/x", withIntermediateDirectories: true)
        for (name, text) in files {
            #expect(
                FileManager.default.createFile(
                    atPath: "\(folder)/os/x/\(name)", contents: Data(text.utf8)))
        }
        try body(Database(directories: [folder]))
    }

    private static func system(_ name: String, _ inside: String = "") -> String {
        "<libosinfo><os id='http://x/\(name)'><short-id>\(name)</short-id>\(inside)</os></libosinfo>"
    }

    private let common = [
        "--name", "guest", "--import", "--disk", "none", "--network", "none", "--graphics", "none",
        "--dry-run",
    ]

    @Test func listsNewerSystemsFirst() throws {
        let files = ["b9", "b10", "a1", "b", "b10.2"].map { ("\($0).xml", Self.system($0)) }
        try withDatabase(Dictionary(uniqueKeysWithValues: files)) { database in
            var text = ""
            try listOperatingSystems(InstallOutput { said, _ in text += said }, of: database)
            let names = text.split(separator: "\n").prefix { !$0.contains(" ") }.map(String.init)
            #expect(names == ["a1", "b", "b10", "b10.2", "b9", "generic"])
        }
    }

    @Test func brokenFileIsNamed() throws {
        try withDatabase(["a.xml": "<libosinfo><os id='http://x/a'><short-id>a</short-id>"]) {
            database in
            let (status, text) = run(["--osinfo", "a", "--memory", "64"] + common, database)
            #expect(status == 1)
            #expect(text.contains("ERROR    osinfo-db's os/x/a.xml: "), "\(text)")
        }
    }

    @Test func recommendationsArePrinted() throws {
        let resources = """
            <resources arch='all'><minimum><ram>536870912</ram><n-cpus>2</n-cpus></minimum>
            </resources>
            """
        try withDatabase(["a.xml": Self.system("a", resources)]) { database in
            let (status, text) = run(["--osinfo", "a"] + common, database)
            #expect(status == 0, "\(text)")
            #expect(text.contains("Using a default --memory 1024\n"), "\(text)")
            let (_, xml) = run(["--osinfo", "a", "--print-xml"] + common, database)
            #expect(xml.contains("<vcpu>4</vcpu>"), "\(xml)")
            #expect(xml.contains("<memory>1048576</memory>"), "\(xml)")
        }
    }

    @Test(arguments: [
        ("--osinfo=nope", "ERROR    Unknown OS name 'nope'."),
        ("--osinfo=http://nope/1", "ERROR    Unknown libosinfo ID 'http://nope/1'"),
        ("--osinfo=name=nope", "ERROR    Error: --os-variant name=nope: Unknown OS name 'nope'."),
        ("--osinfo=detect=yes,require=yes", "--os-variant/--osinfo OS name is required"),
        ("--osinfo=auto", "--osinfo detect=on,require=off"),
    ])
    func missingSystemsAreErrors(_ word: String, _ message: String) throws {
        try withDatabase(["linux2022.xml": Self.system("linux2022")]) { database in
            let (status, text) = run([word, "--memory", "64"] + common, database)
            #expect(status == 1)
            #expect(text.contains(message), "\(text)")
            if word.hasSuffix("auto") { #expect(text.contains("linux2022"), "\(text)") }
        }
    }

    @Test(arguments: [
        ("fedora9", "fedora10", false), ("fedora10", "fedora9", true), ("a", "a1", true),
        ("a1", "a", false), ("a1", "a1b", true), ("A2", "a1", true), ("x", "x", false),
        ("debian11", "fedora1", true),
    ])
    func order(_ one: String, _ other: String, _ isFirst: Bool) {
        #expect(nameComesFirst(one, other) == isFirst)
    }
}
