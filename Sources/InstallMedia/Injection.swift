import Host

/// What is put into the initial RAM disk of an installation: files, at its root and by their last
/// names, with their modes, as root's. A name given twice means the last one.
package struct Injection {
    private var archive = Archive()
    private let names: [String]

    /// What it has, for people.
    package var summary: String { names.joined(separator: ", ") }
    package var isEmpty: Bool { names.isEmpty }

    /// Reads the files; `made` are some that are nowhere else.
    package init(
        _ files: [String], made: [(name: String, bytes: [UInt8])] = []
    ) throws(MediaError) {
        names = files + made.map(\.name)
        for (number, file) in files.enumerated() {
            let name = baseName(of: file)
            let isReplaced = files[(number + 1)...].contains { baseName(of: $0) == name }
            let (facts, bytes) = try Self.contents(of: file)
            if !isReplaced { archive.add(name, mode: facts.mode, bytes) }
        }
        for (name, bytes) in made { archive.add(name, mode: 0o600, bytes) }
        archive.end()
    }

    /// Puts them into a RAM disk: an archive behind those that are there, for the kernel reads them
    /// all.
    package func append(
        to ramdisk: String, of directory: ScratchDirectory
    ) throws(MediaError) {
        guard !isEmpty else { return }
        do throws(SystemError) {
            let disk = try OpenFile.appending(ramdisk)
            // The kernel looks for an archive at multiples of four only, and takes what follows LZ4
            // for more of it, but for four zeros.
            let rest = try disk.facts().size % 4
            let padding = [UInt8](repeating: 0, count: Int(8 - rest))
            try disk.write((padding + archive.bytes).span)
        } catch {
            throw MediaError(
                .unwritable, "cannot write to '\(directory.path)': \(error.message)")
        }
    }

    /// More than any memory that an installer runs in could hold.
    private static let limit = 1 << 30

    private static func contents(
        of path: String
    ) throws(MediaError) -> (OpenFile.Facts, [UInt8]) {
        do throws(SystemError) {
            let file = try OpenFile.reading(path)
            let facts = try file.facts()
            guard !facts.isDirectory else { throw .isDirectory }
            return (facts, try file.contents(limit: limit))
        } catch {
            throw MediaError(
                .absent, "[Errno \(error.number)] \(error.message): '\(path)'")
        }
    }
}

/// An archive in cpio's format `newc`. Linux: Documentation/driver-api/early-userspace.
struct Archive {
    private(set) var bytes: [UInt8] = []
    private var number: UInt32 = 0

    /// Adds a file of root's.
    mutating func add(_ name: String, mode: UInt32, _ contents: [UInt8]) {
        number += 1
        let isRegular = mode & 0o7777 | 0o100000
        header(name, number: number, mode: isRegular, size: UInt32(clamping: contents.count))
        bytes += contents
        pad()
    }

    /// Ends it; nothing can be added any more.
    mutating func end() { header("TRAILER!!!", number: 0, mode: 0, size: 0) }

    private mutating func header(_ name: String, number: UInt32, mode: UInt32, size: UInt32) {
        bytes += "070701".utf8
        // inode, mode, user, group, links, time, size, device, its device, name, checksum
        for value in [
            number, mode, 0, 0, 1, 0, size, 0, 0, 0, 0, UInt32(clamping: name.utf8.count + 1), 0,
        ] {
            let digits = String(value, radix: 16, uppercase: true)
            bytes += String(repeating: "0", count: 8 - digits.utf8.count).utf8
            bytes += digits.utf8
        }
        bytes += name.utf8
        bytes.append(0)
        pad()
    }

    private mutating func pad() {
        bytes += [UInt8](repeating: 0, count: (4 - bytes.count % 4) % 4)
    }
}
