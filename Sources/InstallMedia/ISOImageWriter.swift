import CArchive
package import System

/// Writes small ISO images that are generated for one guest, e.g. for cloud-init.
package enum ISOImageWriter {
    /// Writes an ISO 9660 image with Joliet and Rock Ridge names into an empty file. `volume` is
    /// its label, e.g. `cidata`; `directory` is the file's directory, for an error message.
    package static func write(
        _ files: [(name: String, bytes: [UInt8])], volume: String,
        to file: borrowing FileDescriptor,
        in directory: String
    ) throws(MediaError) {
        try loadLibrary(to: "make an image")
        let names = files.map { Array($0.name.utf8CString) }
        // C needs pointers to all names and contents at once, which withUnsafeBytes cannot give for
        // an array of arrays: copy them into one block.
        let lengths = zip(names, files).map { $0.count + $1.bytes.count }
        let block = UnsafeMutableRawBufferPointer.allocate(
            byteCount: max(1, lengths.reduce(0, +)), alignment: 1)
        defer { block.deallocate() }
        var entries: [atex_image_file] = []
        var offset = 0
        for (name, file) in zip(names, files) {
            guard let start = block.baseAddress else { return }
            let bytes = start + offset + name.count
            name.withUnsafeBytes {
                (start + offset).copyMemory(from: $0.baseAddress!, byteCount: $0.count)
            }
            file.bytes.withUnsafeBytes {
                if let base = $0.baseAddress { bytes.copyMemory(from: base, byteCount: $0.count) }
            }
            entries.append(
                atex_image_file(
                    name: (start + offset).assumingMemoryBound(to: CChar.self), bytes: bytes,
                    length: file.bytes.count))
            offset += name.count + file.bytes.count
        }
        var message = [CChar](repeating: 0, count: 512)
        let result = file.withNumber {
            atex_image_write($0, volume, entries, entries.count, &message, message.count)
        }
        guard result == 0 else {
            throw MediaError(
                .unwritable, "cannot write the image to '\(directory)': \(text(message))")
        }
    }
}
