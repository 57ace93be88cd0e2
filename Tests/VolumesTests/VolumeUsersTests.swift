import Glibc
import Libvirt
import Protocol
import System
import TestSupport
import Testing
import Wire

@testable import Volumes

@Suite struct VolumeUsersTests {
    private func devices(_ disks: String...) -> String {
        "<devices>" + disks.joined() + "</devices>"
    }

    private func file(_ path: String, _ more: String = "", format: String? = nil) -> String {
        disk("file", "<source file='\(path)'/>", more, format)
    }

    private func volume(_ name: String, _ more: String = "", format: String? = nil) -> String {
        disk("volume", "<source pool='pool' volume='\(name)'/>", more, format)
    }

    private func disk(_ type: String, _ source: String, _ more: String, _ format: String?)
        -> String
    {
        let driver = format.map { "<driver name='qemu' type='\($0)'/>" } ?? ""
        // Each disk needs a target of its own.
        let target = "vd" + String((0..<5).map { _ in "abcdefgh".randomElement() ?? "a" })
        return "<disk type='\(type)'>\(driver)\(source)\(more)<target dev='\(target)'/></disk>"
    }

    private func users(
        _ fixture: PoolFixture, _ volume: String = "disk"
    ) throws -> [VolumeUsers.User] {
        try VolumeUsers(fixture.connection).users(of: fileName(volume), in: fixture.open())
    }

    @Test func domainsReferByVolumeByPathAndThroughLinks() throws {
        try inTemporaryDirectory { directory in
            try #require(symlink("pool", "\(directory)/link") == 0)
            try #require(symlink("pool/disk", "\(directory)/alias") == 0)
            let pool = "\(directory)/pool"
            let fixture = try PoolFixture(
                in: directory, volumes: ["disk"],
                domains: [
                    TestHost.Domain("volume", devices(volume("disk"))),
                    TestHost.Domain("path", devices(file("\(pool)//../pool/disk"))),
                    TestHost.Domain("link", devices(file("\(directory)/link/disk"))),
                    TestHost.Domain("alias", devices(file("\(directory)/alias"))),
                    TestHost.Domain("other", devices(volume("disk2"), file("\(directory)/disk"))),
                    TestHost.Domain("none"),
                ])
            // A file that does not exist has its users, too, and so has one to which a link leads.
            #expect(
                try Set(users(fixture).map(\.domain)) == ["volume", "path", "link", "alias"])
            try fixture.put("", "disk")
            #expect(
                try Set(users(fixture).map(\.domain)) == ["volume", "path", "link", "alias"])
        }
    }

    @Test func userHasStateAccessAndFormat() throws {
        try withPool(
            volumes: ["disk"],
            domains: [
                TestHost.Domain("off", devices(volume("disk", format: "qcow2"))),
                TestHost.Domain(
                    "on", devices(volume("disk", "<readonly/>", format: "raw")), isRunning: true),
                TestHost.Domain("firmware", "<os><kernel>/nowhere</kernel></os>"),
            ]
        ) { fixture in
            let users = try users(fixture).sorted { $0.domain < $1.domain }
            #expect(users.map(\.domain) == ["off", "on"])
            #expect(users.map(\.isRunning) == [false, true])
            #expect(users.map(\.isWritable) == [true, false])
            #expect(users.map(\.format) == ["qcow2", "raw"])
            #expect(try users[0].uuid == fixture.connection.domain(name: "off").uuid())
        }
    }

    @Test func guestsThatShareADirectoryUseItsVolumes() throws {
        try inTemporaryDirectory { directory in
            try Directory.make("\(directory)/elsewhere")
            try #require(symlink(directory, "\(directory)/link") == 0)
            func shared(_ path: String, _ more: String = "") -> String {
                "<devices><filesystem type='mount'><source dir='\(path)'/>"
                    + "<target dir='/'/>\(more)</filesystem></devices>"
            }
            let fixture = try PoolFixture(
                in: directory, volumes: ["disk"],
                domains: [
                    TestHost.Domain("pool", shared("\(directory)/pool", "<readonly/>")),
                    TestHost.Domain("above", shared("\(directory)/link")),
                    TestHost.Domain("beside", shared("\(directory)/elsewhere")),
                ])
            let users = try users(fixture)
            #expect(Set(users.map(\.domain)) == ["pool", "above"])
            #expect(users.map(\.sharesDirectory) == [true, true])
            #expect(users.filter(\.isWritable).map(\.domain) == ["above"])
        }
    }

    /// Whatever element has the path.
    @Test(
        arguments: [
            ("<os><kernel>PATH</kernel></os>", false),
            ("<os><loader readonly='yes' type='pflash'>PATH</loader></os>", false),
            ("<os><nvram template='PATH'>/nowhere</nvram></os>", false),
            ("<os><nvram>PATH</nvram></os>", true),
            ("<devices><emulator>PATH</emulator></devices>", false),
            ("<devices><serial type='file'><source path='PATH'/></serial></devices>", true),
            ("<devices><disk type='block'><source dev='PATH'/></disk></devices>", true),
            ("<devices><disk device='cdrom'><source file='PATH'/></disk></devices>", false),
            (
                "<devices><disk><source file='/nowhere'/><backingStore type='file'>"
                    + "<format type='raw'/><source file='PATH'/></backingStore></disk></devices>",
                false
            ),
            ("<devices><disk><mirror><source file='PATH'/></mirror></disk></devices>", true),
            (
                "<q:commandline xmlns:q='urn:q'><q:arg value='if=ide,file=PATH'/></q:commandline>",
                true
            ),
        ])
    func referencesOfAllElements(xml: String, isWritable: Bool) throws {
        let domain = try referencesOf(
            "<domain>" + xml.replacing("PATH", with: "/p/a") + "</domain>")
        let found = domain.filter { $0.target == .path("/p/a") }
        #expect(found.map(\.isWritable) == [isWritable])
    }

    @Test func textsForPeopleAreNoReferences() throws {
        let texts = ["name", "title", "description", "metadata"].map { "<\($0)>/p/a</\($0)>" }
        #expect(try referencesOf("<domain>\(texts.joined())</domain>").isEmpty)
    }

    // MARK: Backing files

    @Test func backingFilesOfShutOffDomainsAreInUse() throws {
        try withPool(
            volumes: ["base", "middle", "top"],
            domains: [TestHost.Domain("vm", devices(volume("top", format: "qcow2")))]
        ) { fixture in
            try fixture.put("base", "base")
            try fixture.putOverlay("middle", of: "\(fixture.path)/base", format: "raw")
            try fixture.putOverlay("top", of: "middle", format: nil)
            for (name, format) in [("middle", String?.none), ("base", "raw")] {
                let users = try users(fixture, name)
                #expect(users.map(\.domain) == ["vm"])
                #expect(users.map(\.isWritable) == [false])
                #expect(users.map(\.format) == [format])
            }
        }
    }

    @Test func circleOfBackingFilesEnds() throws {
        try withPool(
            volumes: ["a", "b"],
            domains: [TestHost.Domain("vm", devices(volume("a", format: "qcow2")))]
        ) { fixture in
            try fixture.putOverlay("a", of: "b", format: "qcow2")
            try fixture.putOverlay("b", of: "a", format: "qcow2")
            #expect(try users(fixture, "b").map(\.domain) == ["vm"])
            #expect(try users(fixture, "a").count == 2)
        }
    }

    /// A guest can write any header into its raw disk.
    @Test func headersInRawDisksAreIgnored() throws {
        try withPool(
            volumes: ["base", "top"],
            domains: [
                TestHost.Domain("raw", devices(volume("top", format: "raw"))),
                TestHost.Domain("none", devices(volume("top"))),
            ]
        ) { fixture in
            try fixture.put("base", "base")
            try fixture.putOverlay("top", of: "base", format: "raw")
            #expect(try users(fixture, "base").isEmpty)
        }
    }

    @Test(
        arguments: [
            ("/p/base", "/p/base"), ("base", "/i/base"), ("../x:y/base", "/i/../x:y/base"),
            ("file:/p/base", "/p/base"), ("nbd://host/x", nil),
            (#"json:{"driver": "qcow2", "file": {"driver": "file", "filename": "/p/b"}}"#, "/p/b"),
            (#"json:{"file.filename": "/p/b"}"#, "/p/b"), ("json:{", nil),
        ])
    func nameOfBackingFile(name: String, path: String?) throws {
        try inTemporaryDirectory { directory in
            let image = "\(directory)/image"
            try write(overlay(of: name, format: "raw"), to: image)
            let found = BackingFile.all(ofImage: image).first
            #expect(found?.path == path?.replacing("/i/", with: "\(directory)/"))
            #expect(found == nil || found?.format == "raw")
        }
    }

    /// The guest's data is in it: who reads it reads the guest's disk.
    @Test func dataFileIsFound() throws {
        try inTemporaryDirectory { directory in
            let image = "\(directory)/image"
            var bytes: [UInt8] = [0x51, 0x46, 0x49, 0xFB, 0, 0, 0, 3]
            bytes += [UInt8](repeating: 0, count: 92) + [0, 0, 0, 104]
            bytes += [0x44, 0x41, 0x54, 0x41, 0, 0, 0, 7] + Array("/p/data".utf8) + [0]
            bytes += [UInt8](repeating: 0, count: 8)
            try write(bytes, to: image)
            let found = BackingFile.all(ofImage: image)
            #expect(found == [BackingFile(path: "/p/data", format: "raw", isDataFile: true)])
        }
    }

    /// A descriptor is a file of its own or a part of an image.
    @Test func filesOfAVMDKImageAreInUse() throws {
        let descriptor = """
            # Disk DescriptorFile
            version=1
            createType="twoGbMaxExtentFlat"
            parentFileNameHint="/p/parent.vmdk"
            RW 4192256 FLAT "part 1.vmdk" 0
            RW 2048 SPARSE "/p/part2.vmdk"

            """
        let header = Array("KDMV".utf8) + [UInt8](repeating: 0, count: 24) + [1]
        let embedded =
            header + [UInt8](repeating: 0, count: 7) + [1] + [UInt8](repeating: 0, count: 475)
            + Array(descriptor.utf8) + [UInt8](repeating: 0, count: 100)
        for bytes in [Array(descriptor.utf8), embedded] {
            try inTemporaryDirectory { directory in
                let image = "\(directory)/image"
                try write(bytes, to: image)
                #expect(
                    BackingFile.all(ofImage: image).map(\.path)
                        == ["/p/parent.vmdk", "\(directory)/part 1.vmdk", "/p/part2.vmdk"])
            }
        }
        try withPool(
            volumes: ["disk", "top"],
            domains: [TestHost.Domain("vm", devices(volume("top", format: "vmdk")))]
        ) { fixture in
            try fixture.put("data", "disk")
            try fixture.put(descriptor.replacing("part 1.vmdk", with: "disk"), "top")
            let users = try users(fixture)
            #expect(users.map(\.domain) == ["vm"])
            #expect(users.map(\.isWritable) == [true])
        }
    }

    @Test func backingFileOfAQEDImageIsInUse() throws {
        try inTemporaryDirectory { directory in
            var bytes = Array("QED\0".utf8) + [UInt8](repeating: 0, count: 60)
            bytes[16] = 1
            bytes[56] = 64
            bytes[60] = 4
            try write(bytes + Array("basex".utf8), to: "\(directory)/image")
            #expect(
                BackingFile.all(ofImage: "\(directory)/image").map(\.path)
                    == ["\(directory)/base"])
        }
    }

    @Test func brokenHeadersHaveNoBackingFile() throws {
        try inTemporaryDirectory { directory in
            let whole = overlay(of: "/p/base", format: "raw")
            var far = whole
            far[12] = 0x7F
            for bytes in [[], Array(whole.prefix(18)), far, Array(whole.prefix(200))] {
                try write(bytes, to: "\(directory)/image")
                #expect(BackingFile.all(ofImage: "\(directory)/image").isEmpty)
            }
            #expect(BackingFile.all(ofImage: directory).isEmpty)
            try #require(mkfifo("\(directory)/pipe", 0o600) == 0)
            #expect(BackingFile.all(ofImage: "\(directory)/pipe").isEmpty)
        }
    }

    // MARK: The guard

    private func guarded(
        force: Bool = false, reserved: [String] = [],
        _ change: (borrowing DirectoryPool, OverwriteGuard) throws -> Void
    ) throws -> RequestError? {
        try withPool(
            volumes: ["from", "off", "iso"],
            domains: [
                TestHost.Domain("on", devices(volume("iso", "<readonly/>")), isRunning: true),
                TestHost.Domain("off", devices(volume("off"), file("/nowhere/off"))),
            ]
        ) { fixture in
            for name in ["from", "off", "iso"] { try fixture.put("old", name) }
            do {
                try change(fixture.open(), fixture.overwriting(force: force, reserved: reserved))
            } catch let error as RequestError {
                for name in ["from", "off", "iso"] { #expect(try fixture.content(name) == "old") }
                return error
            }
            return nil
        }
    }

    private func copy(
        _ pool: borrowing DirectoryPool, to name: String, move: Bool = false, from: String = "from",
        _ overwriting: OverwriteGuard
    ) throws {
        var progress = Progress(nil)
        try pool.copy(
            fileName(from), to: CopyTarget(volume: fileName(name)), move: move, overwriting,
            progress: &progress)
    }

    @Test func volumeOfRunningDomainIsBusy() throws {
        let error = try guarded { try copy($0, to: "iso", $1) }
        #expect(error?.kind == .busy)
        #expect(
            error?.message
                == "volume 'iso' in pool 'pool' is in use by domain 'on', which is running; 'force' "
                + "replaces it nevertheless")
        #expect(
            try guarded { try $0.create(fileName("iso"), .raw, size: 3, replacing: true, $1) }?
                .kind == .busy)
        #expect(try guarded { try copy($0, to: "new", move: true, from: "iso", $1) }?.kind == .busy)
    }

    @Test func forceAndUnusedVolumesAreFree() throws {
        #expect(try guarded(force: true) { try copy($0, to: "iso", $1) } == nil)
        #expect(try guarded { try copy($0, to: "off", $1) } == nil)
        #expect(try guarded { try copy($0, to: "new", from: "iso", $1) } == nil)
        #expect(try guarded { try copy($0, to: "new", move: true, from: "off", $1) } == nil)
    }

    @Test func volumeOfReservedDomainIsBusy() throws {
        let error = try guarded(reserved: ["off"]) { try copy($0, to: "off", $1) }
        #expect(error?.kind == .busy)
        #expect(error?.message.contains("domain 'off', which is reserved by ci-7;") == true)
        #expect(try guarded(reserved: ["none"]) { try copy($0, to: "off", $1) } == nil)
    }
}

private func referencesOf(_ xml: String) throws -> Set<StorageReference> {
    try StorageReference.all(inXML: xml)
}

private func write(_ bytes: [UInt8], to path: String) throws {
    try FileDescriptor.open(path, O_WRONLY | O_CREAT | O_TRUNC, mode: 0o644).write(bytes)
}

extension PoolFixture {
    fileprivate func putOverlay(_ name: String, of backing: String, format: String?) throws {
        try write(overlay(of: backing, format: format), to: "\(path)/\(name)")
    }
}

/// The first bytes of a qcow2 image, version 3, with a backing file.
private func overlay(of backing: String, format: String?) -> [UInt8] {
    func number(_ value: Int) -> [UInt8] {
        [
            UInt8(value >> 24 & 255), UInt8(value >> 16 & 255), UInt8(value >> 8 & 255),
            UInt8(value & 255),
        ]
    }
    var bytes: [UInt8] = Array("QFI".utf8) + [0xFB] + number(3)
    bytes += number(0) + number(512) + number(backing.utf8.count)
    bytes += [UInt8](repeating: 0, count: 100 - bytes.count) + number(104)
    // An unknown extension first.
    bytes += number(0x1234_5678) + number(3) + [1, 2, 3, 0, 0, 0, 0, 0]
    if let format {
        bytes += number(0xE279_2ACA) + number(format.utf8.count) + Array(format.utf8)
        bytes += [UInt8](repeating: 0, count: (8 - format.utf8.count % 8) % 8)
    }
    bytes += [UInt8](repeating: 0, count: 512 - bytes.count)
    return bytes + Array(backing.utf8)
}
