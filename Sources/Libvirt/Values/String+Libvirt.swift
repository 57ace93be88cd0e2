import CLibvirt
import Glibc

extension String {
    /// Copies a C string. Bytes that are not UTF-8 (a file name may hold any bytes) become the
    /// scalars U+10FF00 to U+10FFFF, so that `unescapedBytes` can restore them.
    package init(libvirt pointer: UnsafePointer<CChar>) {
        if let valid = String(validatingCString: pointer) {
            self = valid
        } else {
            self = String(
                escapingBytes: UnsafeRawBufferPointer(start: pointer, count: strlen(pointer)))
        }
    }

    /// Copies a C string that libvirt allocated for its caller, and frees it.
    init(freeing pointer: UnsafeMutablePointer<CChar>) {
        self.init(libvirt: pointer)
        free(pointer)
    }

    /// Makes text of any bytes; see `init(libvirt:)`.
    package init(escapingBytes bytes: some Sequence<UInt8>) {
        self = ""
        var rest = Array(bytes)[...]
        while let first = rest.first {
            // The shortest prefix that is a scalar in UTF-8, which takes at most four bytes.
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

    /// The text in UTF-8, with the bytes restored that `init(escapingBytes:)` escaped.
    package var unescapedBytes: [UInt8] {
        // The common case. The escapes lie in the last plane, so in UTF-8 they start with 0xF4.
        guard utf8.contains(0xF4) else { return Array(utf8) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(utf8.count)
        for scalar in unicodeScalars {
            // Private use: no other text is expected to have these scalars.
            if scalar.value >= 0x10FF00 {
                bytes.append(UInt8(scalar.value & 0xFF))
            } else {
                bytes.append(contentsOf: UTF8.encode(scalar)!)
            }
        }
        return bytes
    }

    /// The text as a C string of `unescapedBytes`, so that the contents of a file reach libvirt
    /// unchanged. Pass it for XML; Swift's own conversion does for names.
    var cText: [CChar] { unescapedBytes.map { CChar(bitPattern: $0) } + [0] }
}

/// The text of a UUID, e.g. `4dea22b3-1d52-d8f3-2516-782e98ab3fa0`, from a C call that writes it
/// into a buffer.
func uuidText(
    _ fill: (UnsafeMutablePointer<CChar>) throws(LibvirtError) -> Int32
) throws(LibvirtError) -> String {
    var text = [CChar](repeating: 0, count: Int(VIR_UUID_STRING_BUFLEN))
    // The standard library's closure has no typed throws, so the error leaves by a variable.
    var failure: LibvirtError?
    text.withUnsafeMutableBufferPointer {
        do throws(LibvirtError) { _ = try fill($0.baseAddress!) } catch { failure = error }
    }
    if let failure { throw failure }
    return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}

extension String {
    /// Text in a C array of fixed size, which Swift imports as a tuple.
    init<Field>(field: Field) {
        self = withUnsafeBytes(of: field) { String(escapingBytes: $0.prefix { $0 != 0 }) }
    }
}

/// Copies a C string; `nil` if it is NULL.
func text(_ pointer: UnsafePointer<CChar>?) -> String? { pointer.map { String(libvirt: $0) } }

/// Copies the C strings of an array that libvirt allocated for its caller, and frees all of it.
func texts(freeing array: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?, count: Int32)
    -> [String]
{
    // Runs last: the members are freed below, one by one.
    defer { free(array) }
    return (0..<Int(count)).compactMap { array?[$0] }.map { String(freeing: $0) }
}

/// Makes a C call with an array of C strings, which is not NULL even if `strings` is empty.
func withCStrings<Value>(
    _ strings: [String], _ call: (UnsafeMutablePointer<UnsafePointer<CChar>?>, UInt32) -> Value
) -> Value {
    // Swift's own C strings live only inside of one closure; an array needs copies.
    let copies = strings.map { strdup($0) }
    defer { for copy in copies { free(copy) } }
    var pointers: [UnsafePointer<CChar>?] = copies.map { UnsafePointer($0) }
    return call(&pointers, UInt32(pointers.count))
}
