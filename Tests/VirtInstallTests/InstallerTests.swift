import InstallMedia
import Libvirt
import Policy
import System
import Testing

@testable import VirtInstall

/// Whole runs with the test driver: their messages, what they leave behind, and what they must not
/// touch.
struct InstallerTests {
    let folder: PrivateFolder
    let connection: Connection

    init() throws {
        LibvirtError.silenceLibrary()
        folder = try PrivateFolder()
        connection = try Connection("test://\(folder.path)/node.xml")
    }

    static let common = [
        "--memory", "64", "--disk", "none", "--network", "none", "--graphics", "none",
        "--osinfo", "generic", "--noautoconsole",
    ]

    static let withoutDisk = common.enumerated().filter { ![2, 3].contains($0.offset) }.map(
        \.element)

    /// Calls `said` with each text at the time when the run writes it.
    func run(
        _ words: [String], destroysOnError: Bool = false, common: [String] = Self.common,
        said: @escaping (String) -> Void = { _ in }
    ) -> (status: Int32, text: String) {
        var text = ""
        let output = InstallOutput { piece, _ in
            text += piece
            said(piece)
        }
        do throws(Denial) {
            let status = try install(
                words + common, as: .v41, output: output, destroysOnError: destroysOnError
            ) { _ in connection }
            return (status, text)
        } catch {
            Issue.record("\(error.message), without a role")
            return (1, text)
        }
    }

    func state(_ name: String) -> String {
        do throws(LibvirtError) {
            let domain = try connection.domain(name: name)
            let isActive = try domain.isActive()
            return
                "\(isActive ? "runs" : "is off"), \(try domain.isPersistent() ? "stays" : "goes")"
        } catch {
            return "is not there"
        }
    }

    @Test(arguments: [
        (["--import"], "runs, stays", "Domain creation completed."),
        (["--import", "--transient"], "runs, goes", "Domain creation completed."),
        (["--import", "--noreboot"], "is off, stays", "You can restart your domain by running:"),
        (["--pxe"], "runs, stays", "Installation may be in progress."),
        (["--pxe", "--noreboot", "--transient"], "runs, goes", "Installation may be in progress."),
        (["--import", "--destroy-on-exit"], "is off, stays", "Domain creation completed."),
        (["--pxe", "--destroy-on-exit"], "is off, stays", "Installation may be in progress."),
        (["--import", "--dry-run"], "is not there", "Dry run completed successfully"),
    ])
    func makesAGuest(words: [String], state: String, says: String) {
        defer { folder.remove() }
        let (status, text) = run(["--name", "made"] + words)
        #expect(status == 0, "\(text)")
        #expect(text.contains(says), "\(text)")
        #expect(self.state("made") == state)
    }

    @Test func leavesAForeignGuestAlone() throws {
        defer { folder.remove() }
        #expect(run(["--name", "foreign", "--import"]).status == 0)
        let (status, text) = run(["--name", "foreign", "--import"], destroysOnError: true)
        #expect(status == 1)
        #expect(text.contains("ERROR    Guest name 'foreign' is already in use."), "\(text)")
        #expect(state("foreign") == "runs, stays")
    }

    @Test func debugMessagesAreWrittenIfRequested() throws {
        defer { folder.remove() }
        let path = "\(folder.path)/own-tree"
        try Directory.make(path)
        for (name, text) in [
            (".treeinfo", "[general]\nfamily=Own\narch=i686\n[images-i686]\nkernel=k\ninitrd=i\n"),
            ("k", "kernel"), ("i", "initrd"), ("ks.cfg", "answers"),
        ] { try FileDescriptor.creating("\(path)/\(name)").write(Array(text.utf8).span) }
        let words = [
            "--name", "debugged", "--location", path, "--initrd-inject", "\(path)/ks.cfg",
            "--extra-args", "quiet", "--print-xml", "1", "--dry-run",
        ]
        let (status, plain) = run(words)
        #expect(status == 0 && !plain.contains("DEBUG"), "\(plain)")
        let (failed, missing) = run(words + ["--initrd-inject", "/none.cfg", "--debug"])
        #expect(failed == 1 && missing.contains("[Errno 2]"), "\(missing)")
        #expect(!missing.contains("DEBUG    fetched"), "\(missing)")
        let (again, text) = run(words + ["--debug"])
        #expect(again == 0)
        for line in [
            "DEBUG    connected to test:///", "DEBUG    read \(path)/.treeinfo\n",
            "DEBUG    did not read \(path)/content: ", "possible kernels: [\"k\"]",
            "DEBUG    the guest's operating system is generic", "DEBUG    \(path)/k exists\n",
            "DEBUG    fetched \(path)/k to /", "DEBUG    injected \(path)/ks.cfg into /",
            "DEBUG    the XML of the installation:\n<domain",
            "DEBUG    the XML that the guest keeps:",
        ] { #expect(text.contains(line), "\(line) in \(text)") }
    }

    @Test func leavesAloneADomainThatAnotherClientCreatedDuringTheRun() throws {
        defer { folder.remove() }
        var made: Domain?
        let (status, text) = run(
            ["--name", "other", "--import", "--disk", "pool=images,size=0.01"],
            destroysOnError: true, common: Self.withoutDisk
        ) { text in
            guard made == nil, text.contains("Allocating") else { return }
            do throws(LibvirtError) {
                made = try connection.createDomain(
                    .own(
                        "<domain type='test'><name>other</name><memory>9999</memory>"
                            + "<os><type>hvm</type></os></domain>"), [])
            } catch { Issue.record(error) }
        }
        #expect(status == 1 && made != nil, "\(text)")
        #expect(text.contains("already"), "\(text)")
        #expect(state("other") == "runs, goes")
    }

    @Test(arguments: [
        (["--name", "a"], true), (["--na=a"], true), (["-na"], true), (["-qn", "a"], true),
        (["--nam", "a", "--transient"], true), (["-n=a"], true), (["--n", "a"], false),
        (["--memory", "1"], false), (["--description", "--name"], false),
    ])
    func findsTheNameInTheWords(words: [String], isNamed: Bool) {
        #expect(namesGuest(words, as: .v41) == isNamed)
    }

    /// The firmware's variables are removed with a temporary definition, which must not stay.
    @Test(arguments: [true, false])
    func leavesNoDefinitionOfADomainThatDidNotStart(destroysOnError: Bool) throws {
        defer { folder.remove() }
        let (status, text) = run(
            [
                "--name", "uefi", "--import", "--boot", "firmware=efi",
                "--seclabel", "model=foo,type=bar",
            ], destroysOnError: destroysOnError)
        #expect(status == 1, "\(text)")
        #expect(text.contains("seclabel"), "\(text)")
        #expect(state("uefi") == "is not there")
    }

    @Test func removesTheVolumesOfAFailedRun() throws {
        defer { folder.remove() }
        let pool = try connection.storagePool(name: "images")
        let before = try pool.volumes().count
        let (status, text) = run(
            [
                "--name", "failed", "--import", "--disk", "pool=images,size=0.01",
                "--seclabel", "model=foo,type=bar",
            ],
            common: Self.withoutDisk)
        #expect(status == 1, "\(text)")
        #expect(text.contains("Allocating 'failed.qcow2'"), "\(text)")
        #expect(text.contains("Removing disk 'failed.qcow2'"), "\(text)")
        #expect(text.contains("does not appear to have been successful"), "\(text)")
        #expect(try pool.volumes().count == before)
        #expect(state("failed") == "is not there")
    }
}
