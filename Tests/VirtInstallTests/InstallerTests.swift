import Libvirt
import Testing

@testable import VirtInstall

/// What becomes of a run: what it says, what it leaves, and what it does not touch.
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

    func run(
        _ words: [String], destroysOnError: Bool = false, common: [String] = Self.common
    ) -> (status: Int32, text: String) {
        var text = ""
        let status = install(
            words + common, output: Output { text += $0 }, destroysOnError: destroysOnError
        ) { _ in connection }
        return (status, text)
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

    @Test func removesTheVolumesOfAFailedRun() throws {
        defer { folder.remove() }
        let pool = try connection.storagePool(name: "images")
        let before = try pool.volumes().count
        let (status, text) = run(
            [
                "--name", "failed", "--import", "--disk", "pool=images,size=0.01",
                "--seclabel", "model=foo,type=bar",
            ],
            common: Self.common.enumerated().filter { ![2, 3].contains($0.offset) }.map(\.element))
        #expect(status == 1, "\(text)")
        #expect(text.contains("Allocating 'failed.qcow2'"), "\(text)")
        #expect(text.contains("Removing disk 'failed.qcow2'"), "\(text)")
        #expect(text.contains("does not appear to have been successful"), "\(text)")
        #expect(try pool.volumes().count == before)
        #expect(state("failed") == "is not there")
    }
}
