import System

/// The text of a vmdk image that names the files with its data, and perhaps the image it is based
/// on. It is a file of its own, or a part of an image.
struct VMDKDescriptor {
    private let text: String

    /// QEMU's limit; see `vmdk_read_desc`.
    private static let limit = (1 << 20) - 1
    private static let sector = 512

    /// `head`: the first bytes of the file. `nil` if it is not a vmdk image.
    init?(_ file: borrowing FileDescriptor, _ head: [UInt8]) throws(SystemError) {
        if head.starts(with: "KDMV".utf8), head.count >= 44 {
            let offset = littleEndian(head, 28, 8).multipliedReportingOverflow(by: Self.sector)
            let length = littleEndian(head, 36, 8).multipliedReportingOverflow(by: Self.sector)
            guard !offset.overflow, !length.overflow, offset.partialValue > 0 else { return nil }
            text = String(
                decoding: try file.bytes(
                    at: Int64(offset.partialValue),
                    atMost: max(0, min(length.partialValue, Self.limit))), as: UTF8.self)
        } else {
            // Comments and blank lines may come first.
            let first = String(decoding: head, as: UTF8.self)
            guard first.hasPrefix("# Disk DescriptorFile") || first.contains("version=") else {
                return nil
            }
            text = String(decoding: try file.bytes(at: 0, atMost: Self.limit), as: UTF8.self)
        }
    }

    /// The files that the descriptor of this image names. The image itself may be one of them.
    func files(besides image: String) -> [BackingFile] {
        var found: [BackingFile] = []
        for line in text.split(whereSeparator: \.isNewline) {
            let words = line.split(whereSeparator: \.isWhitespace)
            // E.g. `RW 4192256 FLAT "disk-f001.vmdk" 0`.
            let isExtent = ["RW", "RDONLY", "NOACCESS"].contains(words.first)
            guard isExtent || line.contains("parentFileNameHint=") else { continue }
            let quoted = line.split(separator: "\"", omittingEmptySubsequences: false)
            guard quoted.count > 2,
                let path = BackingFile.path(String(quoted[1]), besides: image)
            else { continue }
            found.append(BackingFile(path: path, format: "vmdk", isDataFile: isExtent))
        }
        return found
    }
}
