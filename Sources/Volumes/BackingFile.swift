import System
import Text

/// A file that an image names, in its header or its descriptor.
struct BackingFile: Hashable {
    /// Absolute.
    let path: String
    /// E.g. `raw`; `nil` if the header does not say.
    let format: String?
    /// Whether the image keeps its guest's data in it, instead of being based on it. Such a file
    /// can be written if the image can.
    let isDataFile: Bool

    /// QEMU's limit for the name.
    private static let nameLimit = 1023
    /// The name is in the first cluster, and no cluster is larger.
    private static let clusterLimit = 2 << 20
    /// The part of a file that has the header and, in practice, all of its extensions.
    private static let headLength = 4096
    private static let formatExtension = 0xE279_2ACA
    private static let dataFileExtension = 0x4441_5441

    /// Reads an image: the files of this host that it names, its backing file first. Empty if it
    /// cannot be read. QEMU: docs/interop/qcow2.txt.
    static func all(ofImage path: String) -> [BackingFile] {
        do throws(SystemError) {
            let file = try FileDescriptor.readingImage(path)
            let head = try file.bytes(at: 0, atMost: Self.headLength)
            if let name = try qedBackingFile(file, head) {
                return Self.path(name, besides: path).map {
                    [BackingFile(path: $0, format: nil, isDataFile: false)]
                } ?? []
            }
            guard head.starts(with: [0x51, 0x46, 0x49, 0xFB]) else {
                return try VMDKDescriptor(file, head)?.files(besides: path) ?? []
            }
            var found: [BackingFile] = []
            if number(head, 8) == 0, let offset = number(head, 12),
                (1..<Self.clusterLimit).contains(offset), let length = number(head, 16),
                (1...Self.nameLimit).contains(length)
            {
                let name = try file.bytes(at: Int64(offset), atMost: length)
                if name.count == length,
                    let named = Self.path(String(decoding: name, as: UTF8.self), besides: path)
                {
                    found.append(
                        BackingFile(
                            path: named, format: text(ofExtension: formatExtension, head),
                            isDataFile: false))
                }
            }
            if let name = text(ofExtension: dataFileExtension, head),
                let named = Self.path(name, besides: path)
            {
                found.append(BackingFile(path: named, format: "raw", isDataFile: true))
            }
            return found
        } catch { return [] }
    }

    /// The name in the header of a qed image. QEMU: docs/interop/qed_spec.txt.
    private static func qedBackingFile(
        _ file: borrowing FileDescriptor, _ head: [UInt8]
    ) throws(SystemError) -> String? {
        guard head.starts(with: "QED\0".utf8), head.count >= 64, head[16] & 1 != 0 else {
            return nil
        }
        let (offset, length) = (littleEndian(head, 56, 4), littleEndian(head, 60, 4))
        let name = try file.bytes(at: Int64(offset), atMost: min(length, nameLimit))
        return String(decoding: name, as: UTF8.self)
    }

    private static func text(ofExtension wanted: Int, _ head: [UInt8]) -> String? {
        // Version 1 has no extensions, and the header of version 2 has 72 bytes.
        guard let version = number(head, 4), version > 1 else { return nil }
        var position = version > 2 ? number(head, 100) ?? 0 : 72
        while let kind = number(head, position), kind != 0, let size = number(head, position + 4) {
            let start = position + 8
            if kind == wanted {
                guard start + size <= head.count else { return nil }
                return String(decoding: head[start..<start + size], as: UTF8.self)
            }
            // Padded to a multiple of eight bytes. At least eight further, so this loop ends.
            position = start + (size + 7) / 8 * 8
        }
        return nil
    }

    /// The absolute path that a header names; `nil` if it names something else, e.g. a server.
    static func path(_ name: String, besides image: String) -> String? {
        if name.hasPrefix("json:") {
            do throws(JSONError) {
                return fileName(in: try JSONParser.value(of: String(name.dropFirst(5)), .libvirt))
            } catch { return nil }
        }
        let name = name.hasPrefix("file:") ? String(name.dropFirst(5)) : name
        if name.hasPrefix("/") { return name }
        // As in QEMU, a colon before the first slash ends the name of a protocol.
        guard !name.prefix(while: { $0 != "/" }).contains(":"),
            let slash = image.lastIndex(of: "/")
        else { return nil }
        return image[...slash] + name
    }

    /// E.g. of `{"driver": "qcow2", "file": {"driver": "file", "filename": "/images/base"}}`.
    private static func fileName(in value: JSONValue) -> String? {
        guard case .object(let members) = value else { return nil }
        for (name, value) in members {
            if case .string(let path) = value, name == "filename" || name == "file.filename",
                path.hasPrefix("/")
            {
                return path
            }
            if let path = fileName(in: value) { return path }
        }
        return nil
    }
}

/// A number whose least significant byte is first, in a head that has its bytes.
func littleEndian(_ head: [UInt8], _ offset: Int, _ count: Int) -> Int {
    // No offset or size of a file needs the highest bit.
    head[offset..<offset + count].reversed().reduce(0) { ($0 << 8 | Int($1)) & .max }
}

/// A number of four bytes; `nil` if they are not in the head.
private func number(_ head: [UInt8], _ offset: Int) -> Int? {
    guard offset >= 0, offset <= head.count - 4 else { return nil }
    return head[offset..<offset + 4].reduce(0) { $0 << 8 | Int($1) }
}
