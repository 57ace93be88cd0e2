import CLibvirt
import Glibc

extension String {
    /// A C string of libvirt's. Bytes that are not UTF-8 (a file's name may have any) become the
    /// scalars U+10FF00 to U+10FFFF, so that `unescapedBytes` can give them back.
    package init(libvirt pointer: UnsafePointer<CChar>) {
        if let valid = String(validatingCString: pointer) {
            self = valid
        } else {
            self = String(
                escapingBytes: UnsafeRawBufferPointer(start: pointer, count: strlen(pointer)))
        }
    }

    /// Takes over a C string that its caller has to free.
    init(freeing pointer: UnsafeMutablePointer<CChar>) {
        self.init(libvirt: pointer)
        free(pointer)
    }

    /// Any bytes as text; see `init(libvirt:)`.
    package init(escapingBytes bytes: some Sequence<UInt8>) {
        self = ""
        var rest = Array(bytes)[...]
        while let first = rest.first {
            let character = (1...4).lazy.compactMap { count in
                count <= rest.count
                    ? String(validating: rest.prefix(count), as: UTF8.self) : nil
            }.first
            if let character {
                self += character
                rest.removeFirst(character.utf8.count)
            } else {
                unicodeScalars.append(Self.escaped(first))
                rest.removeFirst()
            }
        }
    }

    private static func escaped(_ byte: UInt8) -> Unicode.Scalar {
        Unicode.Scalar(0x10FF00 + UInt32(byte))!
    }

    /// The text's bytes in UTF-8, those that were none as they were.
    package var unescapedBytes: [UInt8] {
        // The escapes lie in the last plane: in UTF-8 they begin with this byte.
        guard utf8.contains(0xF4) else { return Array(utf8) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(utf8.count)
        for scalar in unicodeScalars {
            if scalar.value >= 0x10FF00 {
                bytes.append(UInt8(scalar.value & 0xFF))
            } else {
                bytes.append(contentsOf: UTF8.encode(scalar)!)
            }
        }
        return bytes
    }

    /// The text as C takes it: with `unescapedBytes`, so that a file's contents reach libvirt as
    /// they were.
    var cText: [CChar] { unescapedBytes.map { CChar(bitPattern: $0) } + [0] }
}

/// A UUID's text from a C call that fills a buffer.
func uuidText(
    _ fill: (UnsafeMutablePointer<CChar>) throws(LibvirtError) -> Int32
) throws(LibvirtError) -> String {
    var text = [CChar](repeating: 0, count: Int(VIR_UUID_STRING_BUFLEN))
    var failure: LibvirtError?
    text.withUnsafeMutableBufferPointer {
        do throws(LibvirtError) { _ = try fill($0.baseAddress!) } catch { failure = error }
    }
    if let failure { throw failure }
    return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}

extension String {
    /// A name in an array of characters, which Swift sees as a tuple.
    init<Field>(field: Field) {
        self = withUnsafeBytes(of: field) { String(escapingBytes: $0.prefix { $0 != 0 }) }
    }
}

func text(_ pointer: UnsafePointer<CChar>?) -> String? {
    pointer.map { String(libvirt: $0) }
}

func text(_ pointer: UnsafeMutablePointer<CChar>?) -> String? {
    pointer.map { String(libvirt: $0) }
}
