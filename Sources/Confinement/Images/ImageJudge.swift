import Policy

/// What is wrong with an image, as the predicate of a sentence: `is an encrypted qcow2 image`.
struct ImageProblem: Error, Hashable {
    let text: String

    init(_ text: String) { self.text = text }

    static let truncated = ImageProblem("has a truncated qcow2 header")
}

/// What an image is that passed.
package enum JudgedImage: Hashable, Sendable {
    case raw
    case qcow2(QCOW2Header)

    package var format: DiskFormat {
        switch self {
        case .raw: .raw
        case .qcow2: .qcow2
        }
    }
}

/// Judges the content of a volume, when bytes become a volume and when a volume becomes a disk.
///
/// raw may hold anything, provided that its user declares raw. A qcow2 image must not refer to
/// another file, except to a backing file that is granted. Other formats are refused.
package struct ImageJudge {
    /// Whether the path is that of a granted volume whose own content passes as this format.
    private let isBackingGranted: (BackingFile) throws -> Bool

    /// By default no image may have a backing file.
    package init(
        isBackingGranted: @escaping (BackingFile) throws -> Bool = { _ in false }
    ) {
        self.isBackingGranted = isBackingGranted
    }

    /// Throws a `Denial` that begins with `subject`, e.g. `volume 'a.img'`. It does not name what
    /// the image refers to, because another client may have written that.
    ///
    /// `declared`: the format in which the image will be opened; `nil` if none is declared, and
    /// then it must not look like any format other than qcow2.
    package func judge(
        _ image: ImageBytes, as declared: DiskFormat?, subject: String
    ) throws -> JudgedImage {
        try Self.denying(subject) { try judged(image, as: declared) }
    }

    /// The largest size that a guest can see of an image that passed, in bytes, or that of a larger
    /// file. Throws a `Denial` that begins with `subject`.
    package static func capacity(
        of judged: JudgedImage, in image: ImageBytes, subject: String
    ) throws -> UInt64 {
        switch judged {
        case .raw: image.size
        case .qcow2(let header):
            max(
                image.size, header.virtualSize,
                try denying(subject) { try QCOW2Snapshots.largestDisk(in: image, of: header) })
        }
    }

    private static func denying<Value>(
        _ subject: String, _ body: () throws -> Value
    ) throws -> Value {
        do { return try body() } catch let problem as ImageProblem {
            throw Denial("\(subject) \(problem.text)")
        }
    }

    private func judged(_ image: ImageBytes, as declared: DiskFormat?) throws -> JudgedImage {
        if declared == .raw { return .raw }
        let head = try image.head(QCOW2Header.maximumLength)
        let formats = ImageSignature.formats(
            of: Array(head.prefix(ImageSignature.headLength)))
        if let other = formats.first(where: { $0 != DiskFormat.qcow2.rawValue }) {
            throw ImageProblem(
                "looks like an image of the format \(other), but must be raw or qcow2"
                    + (declared == nil ? "; raw only if that is declared" : ""))
        }
        if declared == nil, formats.isEmpty { return .raw }
        let header = try QCOW2Header(head, imageSize: image.size)
        if let backing = header.backing, !(try isBackingGranted(backing)) {
            throw ImageProblem("is a qcow2 image whose backing file is not granted")
        }
        return .qcow2(header)
    }
}
