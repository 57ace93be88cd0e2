import FoundationEssentials
import OSInfo
import Testing

/// The expected results are those of libosinfo 1.10.0 for the same files.
@Suite struct DatabaseTests {
    let scratch: ScratchDatabase

    init() throws { scratch = try ScratchDatabase() }

    private func system(_ name: String) throws -> OperatingSystem {
        try #require(try scratch.database.system(named: name))
    }

    // MARK: Files

    @Test func additionsReplaceValues() throws {
        try scratch.layer([
            "os/x/a.xml": ScratchDatabase.os(
                "a",
                """
                <short-id>a</short-id><short-id>aa</short-id><name xml:lang='de'>Da</name>
                <name>First</name><family>linux</family><distro>x</distro>
                """),
            "os/x/a.d/more.xml": ScratchDatabase.os(
                "a", "<short-id>a2</short-id><name>Second</name><family>winnt</family>"),
        ])
        let system = try system("aa")
        #expect(system.id == "http://x/a")
        #expect(system.names == ["a", "aa", "a2"])
        #expect(system.label == "Second")
        #expect(system.family == "winnt")
        #expect(system.distro == "x")
        #expect(system.isWindows)
    }

    @Test func laterDirectoriesReplaceAddAndHide() throws {
        try scratch.systems([
            "b": "<name>B</name>", "c": "<name>C</name>", "e": "<name>E</name>",
            "d": "<name>D</name>",
        ])
        try scratch.layer([
            "os/x/b.d/z.xml": ScratchDatabase.os(
                "b", "<short-id>bee</short-id><distro>more</distro>"),
            "os/x/c.xml": ScratchDatabase.os("c", "<short-id>cnew</short-id>"),
            "os/x/e.xml": "",
            // Not the path of an entity with this id.
            "os/y/other.xml": ScratchDatabase.os("d", "<short-id>dd</short-id>"),
        ])
        #expect(try system("b").distro == "more")
        #expect(try system("bee").name == "b")
        #expect(try scratch.database.system(named: "c") == nil)
        #expect(try system("cnew").label == nil)
        #expect(try scratch.database.system(named: "e") == nil)
        #expect(try scratch.database.system(id: "http://x/e") == nil)
        #expect(try scratch.database.system(named: "dd") == nil)
        #expect(try system("d").names == ["d"])
        let names = try scratch.database.allSystems().map(\.name)
        #expect(names == ["b", "cnew", "d"])
    }

    @Test func unknownNamesAreNotFound() throws {
        try scratch.systems(["a": ""])
        for name in ["", "A", "a<", "../a", "os"] {
            #expect(try scratch.database.system(named: name) == nil, "\(name)")
        }
        for id in ["", "a", "http://x", "http://x/../a", "http://x/A", "x/a", "://"] {
            #expect(try scratch.database.system(id: id) == nil, "\(id)")
        }
        #expect(try Database(directories: ["/nonexistent"]).system(named: "a") == nil)
        #expect(try Database(directories: []).allSystems().isEmpty)
    }

    @Test func errorNamesTheMalformedFile() throws {
        try scratch.layer(["os/x/a.xml": "<libosinfo><os id='http://x/a'><short-id>a</short-id>"])
        let error = try #require(throws: DatabaseError.self) {
            try scratch.database.system(named: "a")
        }
        #expect(error.file == "os/x/a.xml")
        #expect(!error.message.isEmpty)
    }

    @Test func environmentNamesTheDirectories() throws {
        try scratch.systems(["special": "<name>Special</name>"])
        for variable in ["OSINFO_SYSTEM_DIR", "OSINFO_LOCAL_DIR", "OSINFO_USER_DIR"] {
            let database = Database { $0 == variable ? scratch.folder : nil }
            #expect(try database.system(named: "special")?.label == "Special")
        }
        try scratch.layer([
            "osinfo/os/x/own.xml": ScratchDatabase.os("own", "<short-id>own</short-id>")
        ])
        let database = Database { $0 == "XDG_CONFIG_HOME" ? scratch.folder : nil }
        #expect(try database.system(named: "own")?.id == "http://x/own")
    }

    // MARK: Inheritance

    private static let network = "http://pcisig.com/pci/1af4/1000"
    private static let disk = "http://pcisig.com/pci/1af4/1001"

    private func relatives() throws {
        try scratch.systems([
            "p": """
            <devices><device id='\(Self.network)'/><device id='\(Self.disk)'/></devices>
            <firmware arch='x86_64' type='efi'/><kernel-url-argument>from</kernel-url-argument>
            <resources arch='all'><minimum><ram>100</ram></minimum>
            <recommended><ram>150</ram></recommended></resources>
            """,
            "q": """
            <derives-from id='http://x/p'/>
            <devices><device id='\(Self.network)' supported='false'/></devices>
            <firmware arch='x86_64' type='efi' supported='false'/>
            <resources arch='x86_64'><minimum><ram>7</ram></minimum></resources>
            """,
            "r": """
            <derives-from id='http://x/q'/>
            <devices><device id='\(Self.network)' supported='true'/></devices>
            <firmware arch='x86_64' type='efi'/><resources arch='x86_64' inherit='true'/>
            """,
            "s": "<clones id='http://x/q'/>",
            "t": """
            <derives-from id='http://x/q'/><clones id='http://x/p'/>
            <resources arch='all' inherit='true'/>
            """,
            "u": """
            <derives-from id='http://x/p'/><clones id='http://x/q'/>
            <resources arch='all'><minimum><storage>5</storage></minimum></resources>
            """,
            "v": "<upgrades id='http://x/p'/>",
            "w": "<derives-from id='http://x/missing'/>",
            "silent": "<derives-from id='http://x/p'/>",
            // A cycle.
            "y": "<derives-from id='http://x/z'/>",
            "z": "<derives-from id='http://x/y'/>",
        ])
    }

    @Test(arguments: [
        ("p", [network, disk]), ("q", [disk]), ("r", [network, disk]), ("s", [disk]),
        ("t", [disk]), ("u", [network, disk]), ("v", []), ("w", []), ("y", []),
    ])
    func devices(_ name: String, _ expected: [String]) throws {
        try relatives()
        let database = scratch.database
        let system = try #require(try database.system(named: name))
        #expect(try system.devices.get().sorted() == expected.sorted())
        #expect(try system.supports(.virtioNetwork) == expected.contains(Self.network))
        #expect(try system.supports(.virtioDisk) == expected.contains(Self.disk))
        #expect(try system.supports(.virtioDisk, drivers: [Self.disk]))
    }

    @Test(arguments: [
        ("p", true), ("q", false), ("r", true), ("s", false), ("t", false), ("u", true),
    ])
    func firmware(_ name: String, _ efi: Bool) throws {
        try relatives()
        let database = scratch.database
        let firmware = try #require(try database.system(named: name)).firmware()
        #expect(firmware.map(\.architecture) == ["x86_64"])
        #expect(firmware.map(\.kind) == [.efi])
        #expect(firmware.map(\.isSupported) == [efi])
    }

    @Test(
        arguments: [
            ("p", 100, 150), ("q", 7, 14), ("r", 7, 14), ("s", nil, nil), ("t", 100, 150),
            ("u", nil, nil), ("v", nil, nil), ("w", nil, nil), ("silent", nil, nil),
        ] as [(String, Int64?, Int64?)])
    func memory(_ name: String, _ minimum: Int64?, _ recommended: Int64?) throws {
        try relatives()
        let database = scratch.database
        let system = try #require(try database.system(named: name))
        #expect(try system.minimumMemory("x86_64") == minimum)
        #expect(try system.recommended(\.memory, "x86_64") == recommended)
    }

    @Test func kernelArgumentIsInherited() throws {
        try relatives()
        let database = scratch.database
        for (name, argument) in [("t", "from"), ("v", nil)] as [(String, String?)] {
            let system = try #require(try database.system(named: name))
            #expect(try system.kernelURLArgument() == argument)
        }
    }

    @Test func hugeAndInvalidValues() throws {
        try scratch.systems([
            "big": """
            <resources arch='all'><minimum><ram>9223372036854775807</ram><storage>-1</storage>
            <n-cpus>many</n-cpus></minimum></resources>
            """
        ])
        let database = scratch.database
        let system = try #require(try database.system(named: "big"))
        #expect(try system.recommended(\.memory, "x86_64") == nil)
        #expect(try system.recommended(\.storage, "x86_64") == nil)
        #expect(try system.recommended(\.processors, "x86_64") == nil)
    }

    // MARK: Media and trees

    @Test(
        arguments: [
            (MediumIdentity(volume: "A"), "plain"),
            (MediumIdentity(volume: "A", size: 100), "sized"),
            (MediumIdentity(volume: "A", size: 90), "plain"), (MediumIdentity(volume: "xCX"), "c"),
            (MediumIdentity(volume: "B1"), "long"),
            (MediumIdentity(volume: "Z", system: "D"), "sys"),
            (MediumIdentity(volume: "a"), nil), (MediumIdentity(volume: nil), nil),
            (MediumIdentity(volume: "Z", system: "E"), nil),
        ] as [(MediumIdentity, String?)])
    func media(_ identity: MediumIdentity, _ kernel: String?) throws {
        func medium(_ image: String, _ kernel: String) -> String {
            "<media arch='x86_64'><iso>\(image)</iso><kernel>\(kernel)</kernel></media>"
        }
        try scratch.systems([
            "a": medium("<volume-id>^A$</volume-id>", "plain")
                + medium(
                    "<volume-id>^A$</volume-id><volume-size>100</volume-size>", "sized"),
            "b": medium("<volume-id>B</volume-id>", "short")
                + medium("<volume-id>B.*</volume-id>", "long"),
            "c": medium("<volume-id>C</volume-id>", "c"),
            "d": medium("<system-id>^D$</system-id>", "sys"),
            "e": medium("<volume-id>(</volume-id>", "broken"),
        ])
        #expect(try scratch.database.identify(identity)?.medium.kernel == kernel)
    }

    @Test(
        arguments: [
            (
                TreeIdentity(family: "F", variant: nil, version: "1.2", architecture: "x86_64"),
                "one"
            ),
            (
                TreeIdentity(family: "F", variant: "V", version: "1.2", architecture: "x86_64"),
                "one"
            ),
            (TreeIdentity(family: "G", variant: "V", version: "1", architecture: nil), "two"),
            (TreeIdentity(family: "G", variant: nil, version: "1", architecture: nil), nil),
            (TreeIdentity(family: "F", variant: nil, version: nil, architecture: "x86_64"), nil),
        ] as [(TreeIdentity, String?)])
    func trees(_ identity: TreeIdentity, _ name: String?) throws {
        try scratch.systems([
            "one": """
            <tree arch='x86_64'><treeinfo><family>^F</family><version>^1\\.</version>
            <arch>x86</arch></treeinfo></tree>
            """,
            "two": """
            <tree arch='all'><treeinfo><family>G</family><variant>V</variant></treeinfo></tree>
            """,
            // It cannot be recognized without a treeinfo element.
            "three": "<tree arch='x86_64'><url>http://x</url></tree>",
        ])
        let database = scratch.database
        #expect(try database.identify(identity)?.system.name == name)
    }
}
