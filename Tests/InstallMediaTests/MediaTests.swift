import Glibc
import System
import Testing

@testable import InstallMedia

/// A temporary directory for one test.
final class Folder {
    let path: String
    init() throws { path = try Directory.makeTemporary(prefix: "/tmp/media-tests-") }
    deinit { Directory.removeTree(path) }

    func add(_ name: String, _ bytes: [UInt8], mode: UInt32 = 0o644) throws {
        let file = "\(path)/\(name)"
        if let slash = file.lastIndex(of: "/") { try Directory.make(String(file[..<slash])) }
        try FileDescriptor.creating(file, mode: mode).write(bytes.span)
        chmod(file, mode_t(mode))
    }

    func add(_ name: String, _ text: String) throws { try add(name, Array(text.utf8)) }

    var names: [String] {
        get throws { try Directory(path).names().sorted() }
    }
}

func bytes(_ path: String) throws -> [UInt8] { try contents(of: path, limit: 1 << 24) }

@Suite struct MediaTests {
    let folder: Folder
    let scratch: ScratchFiles

    init() throws {
        folder = try Folder()
        scratch = ScratchFiles(in: ScratchDirectory(existing: folder.path))
    }

    @Test func fetchesFromServer() throws {
        let kernel = (0..<300_000).map { UInt8(truncatingIfNeeded: $0) }
        let server = Server(["/tree/a%20b/vmlinuz": .file(kernel)])
        defer { server.stop() }
        let media = Media(.server(server.url("/tree/")))
        #expect(try media.exists("a b/vmlinuz"))
        #expect(try !media.exists("a b/none"))
        var events: [TransferEvent] = []
        let path = try media.fetch("a b/vmlinuz", into: scratch, as: "a kernel") {
            events.append($0)
        }
        #expect(try bytes(path) == kernel)
        #expect(events.first == .began("Retrieving 'vmlinuz'", total: nil))
        #expect(events.last == .ended(done: 300_000))
        #expect(events.contains(.advanced(done: 300_000, total: 300_000)))
        #expect(server.requests.contains("HEAD /tree/a%20b/vmlinuz"))
        #expect(baseName(of: path).hasPrefix("virtinst-") && path.hasSuffix("-vmlinuz"))
        #expect(baseName(of: path).utf8.count == "virtinst-12345678-vmlinuz".utf8.count)
        scratch.removeAll()
        #expect(try folder.names == [])
    }

    @Test func followsRedirects() throws {
        let server = Server(["/old": .redirect("/new"), "/new": .file([1, 2])])
        defer { server.stop() }
        let media = Media(.server(server.url("")))
        #expect(try bytes(media.fetch("old", into: scratch, as: "a file") { _ in }) == [1, 2])
    }

    @Test(arguments: [
        ("gone", "status 404"), ("locked", "status 403"),
        ("cut", "it ends early, after 3 of 10 bytes"), ("page", "it is a web page, not a kernel"),
        ("away", "not supported"), ("round", "redirects"),
    ])
    func failedFetchReportsTheReason(name: String, reason: String) throws {
        let server = Server([
            "/locked": .status(403), "/cut": .truncated([1, 2, 3], claims: 10),
            "/page": .file(Array(" \n<!DOCTYPE HTML><title>Sorry</title>".utf8)),
            "/away": .redirect("gopher://127.0.0.1/"), "/round": .redirect("/round"),
        ])
        defer { server.stop() }
        let media = Media(.server(server.url("")))
        let error = #expect(throws: MediaError.self) {
            try media.fetch(name, into: scratch, as: "a kernel") { _ in }
        }
        let message = try #require(error?.message)
        #expect(
            message.hasPrefix("Couldn't acquire file \(server.url("/\(name)")): "), "\(message)")
        #expect(message.contains(reason), "\(message)")
        #expect(try folder.names == [])
    }

    @Test func acceptsUnusualServers() throws {
        let packed: [UInt8] = [
            0x1F, 0x8B, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0x4B, 0x54, 0xC8, 0x4E,
            0x2D, 0xCA, 0x4B, 0xCD, 0x01, 0x00, 0xD8, 0x7D, 0xCE, 0x5A, 0x08, 0x00, 0x00, 0x00,
        ]
        let server = Server([
            "/t/packed": .gzip(packed), "/t/whole": .whole(Array("all of it".utf8)),
            "/t/empty": .whole([]), "/t/round": .redirect("/t/round"),
        ])
        defer { server.stop() }
        let media = Media(.server(server.url("/t")))
        #expect(try media.text(of: "packed") == "a kernel")
        let path = try media.fetch("packed", into: scratch, as: "a kernel") { _ in }
        #expect(try bytes(path) == Array("a kernel".utf8))
        #expect(try media.exists("whole") && media.exists("empty"))
        #expect(try media.text(of: "whole") == "all of it")
        // The same as a missing file: the tree may have others.
        #expect(try !media.exists("round"))
        #expect(try media.text(of: "round") == nil)
    }

    @Test func usesTheSameProxyAsPython() throws {
        let proxy = Server(["http://tree.invalid/vmlinuz": .file([7])])
        defer { proxy.stop() }
        let media = Media(.server("http://tree.invalid"))
        let variables = ["http_proxy", "HTTP_PROXY", "NO_PROXY"]
        guard variables.allSatisfy({ getenv($0) == nil }) else { return }
        defer { for name in variables { unsetenv(name) } }
        setenv("HTTP_PROXY", proxy.url(""), 1)
        #expect(try media.exists("vmlinuz"))
        setenv("NO_PROXY", "tree.invalid", 1)
        #expect(throws: MediaError.self) { try media.exists("vmlinuz") }
        unsetenv("NO_PROXY")
        setenv("http_proxy", "http://127.0.0.1:1", 1)
        #expect(throws: MediaError.self) { try media.exists("vmlinuz") }
    }

    @Test func filesOfTreesHaveLimits() throws {
        for (name, size) in [(".treeinfo", 16 << 20 + 1), ("vmlinuz", 1 << 30 + 1)] {
            try folder.add("tree/\(name)", "")
            try #require(truncate("\(folder.path)/tree/\(name)", off_t(size)) == 0)
        }
        let media = Media(.directory("\(folder.path)/tree"))
        let text = #expect(throws: MediaError.self) { try media.text(of: ".treeinfo") }
        #expect(text?.message.hasSuffix("it is larger than 16777216 bytes") == true)
        let kernel = #expect(throws: MediaError.self) {
            try media.fetch("vmlinuz", into: scratch, as: "a kernel") { _ in }
        }
        #expect(kernel?.message.hasSuffix("it is larger than 1073741824 bytes") == true)
        #expect(try folder.names == ["tree"])
    }

    @Test func removesFilesOfKilledProcesses() throws {
        let held = try scratch.make("vmlinuz") { _ in }
        let left = ["virtinst-ABCDEFGH-vmlinuz", "virtinst-ZZZZZZZZ-"]
        let copy = ScratchFiles.nameOfCopy(of: held)
        #expect(copy.hasSuffix("-vmlinuz") && copy == baseName(of: held).lowercased())
        #expect(
            ScratchFiles.nameOfCopy(of: "/x/virtinst-ABCDEFGH-Image") == "virtinst-abcdefgh-Image")
        let others = [
            copy, "virtinst-abcdefgh-vmlinuz", "virtinst-ABCDEFG-x", "virtinst-ABCDEFGH", "x",
        ]
        for name in left + others { try folder.add(name, "") }
        ScratchFiles.removeLeftovers(in: folder.path)
        #expect(try folder.names == (others + [baseName(of: held)]).sorted())
        scratch.removeAll()
        #expect(try folder.names == others.sorted())
    }

    @Test func serverWithoutAnswerIsUnreachable() throws {
        let server = Server([:])
        let url = server.url("/tree")
        server.stop()
        let media = Media(.server(url))
        // The port may take a moment to close.
        var error: MediaError?
        for _ in 0..<100 {
            do throws(MediaError) { _ = try media.text(of: ".treeinfo") } catch { _ = error }
            do throws(MediaError) { _ = try media.exists(".treeinfo") } catch let found {
                error = found
                break
            }
            pause(milliseconds: 20)
        }
        #expect(error?.kind == .unreachable)
        #expect(media.obstacle()?.contains("/tree: ") == true)
    }

    @Test func readsDirectory() throws {
        try folder.add("tree/images/vmlinuz", "kernel")
        try folder.add("other", "absolute")
        let media = Media(Location("\(folder.path)/tree"))
        #expect(media.location == .directory("\(folder.path)/tree"))
        #expect(try media.exists("images/vmlinuz"))
        #expect(try !media.exists("images/initrd"))
        #expect(try media.text(of: "images/vmlinuz") == "kernel")
        #expect(try media.text(of: "none") == nil)
        let path = try media.fetch("\(folder.path)/other", into: scratch, as: "a file") { _ in }
        #expect(try bytes(path) == Array("absolute".utf8))
        let error = #expect(throws: MediaError.self) {
            try media.fetch("none", into: scratch, as: "a kernel") { _ in }
        }
        #expect(error?.message.contains("[Errno 2] No such file or directory") == true)
    }

    @Test func removesFilesThatDoNotFit() throws {
        guard getuid() == 0 else { return }
        let mountPoint = "\(folder.path)/small"
        try Directory.make(mountPoint)
        guard mount("tmpfs", mountPoint, "tmpfs", 0, "size=64k") == 0 else { return }
        defer { umount(mountPoint) }
        try folder.add("tree/big", [UInt8](repeating: 7, count: 1 << 20))
        let full = ScratchFiles(in: ScratchDirectory(existing: mountPoint))
        let error = #expect(throws: MediaError.self) {
            try Media(Location("\(folder.path)/tree")).fetch(
                "big", into: full, as: "a kernel"
            ) { _ in }
        }
        #expect(error?.kind == .unwritable)
        #expect(error?.message == "cannot write to '\(mountPoint)': No space left on device")
        #expect(try Directory(mountPoint).names() == [])
        // The same for files that are added to an initial RAM disk.
        let disk = try full.make("initrd") { (_) throws(MediaError) in }
        let injected = #expect(throws: MediaError.self) {
            try Injection(["\(folder.path)/tree/big"]).append(to: disk, of: full.directory)
        }
        #expect(injected?.kind == .unwritable)
        // The same for a generated image.
        let image = #expect(throws: MediaError.self) {
            try full.make("seed.iso") { (file) throws(MediaError) in
                try ISOImageWriter.write(
                    [("user-data", [UInt8](repeating: 7, count: 1 << 20))], volume: "cidata",
                    to: file, in: mountPoint)
            }
        }
        #expect(
            image?.message == "cannot write the image to '\(mountPoint)': No space left on device")
        full.removeAll()
        #expect(try Directory(mountPoint).names() == [])
    }
}

@Suite struct ImageTests {
    let folder: Folder
    init() throws { folder = try Folder() }

    @Test func writesAndReadsImage() throws {
        let scratch = ScratchFiles(in: ScratchDirectory(existing: folder.path))
        let image = try scratch.make("seed.iso") { (file) throws(MediaError) in
            try ISOImageWriter.write(
                [("meta-data", []), ("user-data", Array("#cloud-config\n".utf8))],
                volume: "cidata", to: file, in: folder.path)
        }
        let descriptor = try #require(ImageDescriptor(ofImage: image))
        #expect(descriptor.volume == "cidata")
        #expect(descriptor.size == Int64(try bytes(image).count))
        let media = Media(Location(image))
        #expect(media.isImage)
        #expect(try media.exists("user-data"))
        #expect(try media.exists("/meta-data"))
        #expect(try !media.exists("network-config"))
        #expect(try media.text(of: "user-data") == "#cloud-config\n")
        #expect(try media.text(of: "meta-data") == "")
        #expect(try media.text(of: "none") == nil)
        let copy = try media.fetch("/user-data", into: scratch, as: "a file") { _ in }
        #expect(try bytes(copy) == Array("#cloud-config\n".utf8))
    }

    private func image(_ files: [(name: String, bytes: [UInt8])]) throws -> Media {
        let path = "\(folder.path)/image.iso"
        let file = try FileDescriptor.open(path, O_RDWR | O_CREAT, mode: 0o600)
        try ISOImageWriter.write(files, volume: "x", to: file, in: folder.path)
        return Media(Location(path))
    }

    @Test func largeTextsInImagesAreNotRead() throws {
        let text = [UInt8](repeating: UInt8(ascii: "a"), count: 16 << 20)
        let media = try image([("fits", text), ("large", text + [10])])
        #expect(try media.text(of: "fits")?.utf8.count == 16 << 20)
        #expect(try media.text(of: "large") == nil)
        // It may still be a kernel.
        let scratch = ScratchFiles(in: ScratchDirectory(existing: folder.path))
        let copy = try media.fetch("large", into: scratch, as: "a kernel") { _ in }
        #expect(try FileStatus(of: copy).size == 16 << 20 + 1)
    }

    @Test func imagesWithTooManyFilesAreRefused() throws {
        let names = (0...100_000).map { (name: "f\($0)", bytes: [UInt8]()) }
        let media = try image(names)
        let error = #expect(throws: MediaError.self) { try media.exists("f0") }
        #expect(error?.message.hasSuffix("has more than 100000 files") == true)
    }

    @Test func parsesDescriptor() throws {
        var sector = [UInt8](repeating: 0x20, count: 2048)
        sector.replaceSubrange(0..<6, with: [1] + Array("CD001".utf8))
        sector.replaceSubrange(8..<13, with: "LINUX".utf8)
        sector.replaceSubrange(40..<48, with: "RHEL-8-6".utf8)
        sector.replaceSubrange(80..<84, with: [0x00, 0x01, 0, 0])
        sector.replaceSubrange(128..<130, with: [0x00, 0x08])
        sector.replaceSubrange(318..<322, with: "ACME".utf8)
        sector.replaceSubrange(574..<577, with: "APP".utf8)
        let found = try #require(ImageDescriptor(sector: sector))
        #expect(found.system == "LINUX" && found.volume == "RHEL-8-6")
        #expect(found.publisher == "ACME" && found.application == "APP")
        #expect(found.size == 256 * 2048)
        sector[3] = 0
        #expect(ImageDescriptor(sector: sector) == nil)
        try folder.add("none", "no image")
        #expect(ImageDescriptor(ofImage: "\(folder.path)/none") == nil)
    }

    @Test func otherFilesAreEmptyImages() throws {
        try folder.add("none.iso", [UInt8](repeating: 1, count: 100_000))
        let media = Media(Location("\(folder.path)/none.iso"))
        #expect(try media.text(of: ".treeinfo") == nil)
        #expect(throws: MediaError.self) { try media.exists("x") }
    }
}

@Suite struct InjectionTests {
    /// Parses a newc archive up to its end marker.
    func entries(_ bytes: ArraySlice<UInt8>) throws -> [(name: String, mode: Int, text: String)] {
        var rest = bytes
        var found: [(String, Int, String)] = []
        func number(_ field: Int) throws -> Int {
            let start = rest.startIndex + 6 + field * 8
            let text = String(decoding: rest[start..<start + 8], as: UTF8.self)
            return try #require(Int(text, radix: 16))
        }
        while true {
            #expect(String(decoding: rest.prefix(6), as: UTF8.self) == "070701")
            let (mode, size, length) = (try number(1), try number(6), try number(11))
            let name = rest.dropFirst(110).prefix(length - 1)
            let header = (110 + length + 3) / 4 * 4
            let contents = rest.dropFirst(header).prefix(size)
            #expect(try number(2) == 0 && number(3) == 0)
            rest = rest.dropFirst(header + (size + 3) / 4 * 4)
            if name.elementsEqual("TRAILER!!!".utf8) { return found }
            found.append(
                (
                    String(decoding: name, as: UTF8.self), mode,
                    String(decoding: contents, as: UTF8.self)
                ))
        }
    }

    @Test func appendsArchive() throws {
        let folder = try Folder()
        try folder.add("a/ks.cfg", "old")
        try folder.add("b/ks.cfg", Array("text\n".utf8), mode: 0o600)
        try folder.add("run.sh", Array("#!/bin/sh\n".utf8), mode: 0o755)
        try folder.add("initrd", "abcdef")
        let scratch = ScratchDirectory(existing: folder.path)
        let injection = try Injection(
            ["a/ks.cfg", "run.sh", "b/ks.cfg"].map { "\(folder.path)/\($0)" })
        try injection.append(to: "\(folder.path)/initrd", of: scratch)
        let all = try bytes("\(folder.path)/initrd")
        #expect(all.prefix(8).elementsEqual(Array("abcdef".utf8) + [0, 0]))
        // Without zeros, the kernel would take the archive for more LZ4 data.
        #expect(all[8..<12].elementsEqual([0, 0, 0, 0]))
        let found = try entries(all[12...])
        #expect(found.map(\.name) == ["run.sh", "ks.cfg"])
        #expect(found.map(\.mode) == [0o100755, 0o100600])
        #expect(found.map(\.text) == ["#!/bin/sh\n", "text\n"])
        #expect(all.count % 4 == 0)
    }

    @Test(arguments: ["none.cfg", "."])
    func missingFileIsAnError(name: String) throws {
        let folder = try Folder()
        let path = "\(folder.path)/\(name)"
        let error = #expect(throws: MediaError.self) { try Injection([path]) }
        #expect(error?.message.hasSuffix("'\(path)'") == true)
        #expect(error?.message.hasPrefix(name == "." ? "[Errno 21]" : "[Errno 2]") == true)
    }
}
