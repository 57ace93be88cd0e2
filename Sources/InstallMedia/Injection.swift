import System

/// Files to add to the initial RAM disk of an installer, e.g. a kickstart file. They are put into
/// its root directory under their base names, with their modes, owned by root. If two files have
/// the same base name, the last one is used.
package struct Injection {
    private var archive = CPIOArchive()
    private let names: [String]

    /// The names of the files, for messages.
    package var summary: String { names.joined(separator: ", ") }
    package var isEmpty: Bool { names.isEmpty }

    /// Reads the files at these paths; `made` are generated files.
    package init(
        _ files: [String], made: [(name: String, bytes: [UInt8])] = [],
        reading inputs: InputFiles = .lineProtocol
    ) throws(MediaError) {
        names = files + made.map(\.name)
        for (number, file) in files.enumerated() {
            let name = baseName(of: file)
            let isReplaced = files[(number + 1)...].contains { baseName(of: $0) == name }
            let (facts, bytes) = try Self.contents(of: file, inputs)
            if !isReplaced { archive.add(name, mode: facts.mode, bytes) }
        }
        for (name, bytes) in made { archive.add(name, mode: 0o600, bytes) }
        archive.end()
    }

    /// Appends an archive with the files to a RAM disk: the kernel extracts all archives that it
    /// finds in one.
    package func append(
        to ramdisk: String, of directory: ScratchDirectory
    ) throws(MediaError) {
        guard !isEmpty else { return }
        do throws(SystemError) {
            let disk = try FileDescriptor.appending(ramdisk)
            // The kernel expects an archive at a multiple of four bytes. After LZ4 data, it takes
            // anything but four zero bytes for more LZ4 data.
            let rest = try disk.status().size % 4
            let padding = [UInt8](repeating: 0, count: Int(8 - rest))
            try disk.write((padding + archive.bytes).span)
        } catch {
            throw MediaError(
                .unwritable, "cannot write to '\(directory.path)': \(error.message)")
        }
    }

    /// In bytes: no installer could load more into its memory.
    private static let limit = 1 << 30

    private static func contents(
        of path: String, _ inputs: InputFiles
    ) throws(MediaError) -> (FileStatus, [UInt8]) {
        let file = try inputs.open(path)
        do throws(SystemError) {
            let facts = try file.status()
            guard facts.kind != .directory else { throw .isDirectory }
            return (facts, try file.contents(limit: limit))
        } catch {
            throw inputs.failure(error, path)
        }
    }
}
