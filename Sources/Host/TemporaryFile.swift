import CHost
import Glibc

/// A file of our own that is gone at the end of its scope. C: `mkstemps`.
package struct TemporaryFile: ~Copyable {
    package let path: String

    /// Makes a file that only we may read; the last X's of the name `prefixXXXXXXsuffix` change.
    package init(
        in folder: String, prefix: String, suffix: String, holding bytes: [UInt8]
    ) throws(SystemError) {
        path = try made("\(folder)/\(prefix)XXXXXX\(suffix)", suffix.utf8.count, bytes)
    }

    deinit { unlink(path) }
}

private func made(
    _ template: String, _ suffixLength: Int, _ bytes: [UInt8]
) throws(SystemError) -> String {
    var template = Array(template.utf8CString)
    let descriptor = atex_make_temporary(&template, Int32(suffixLength))
    guard descriptor >= 0 else { throw .last }
    defer { close(descriptor) }
    let path = String(
        decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    var rest = bytes[...]
    while !rest.isEmpty {
        let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
        if count < 0, errno == EINTR { continue }
        guard count >= 0 else {
            let failure = SystemError.last
            unlink(path)
            throw failure
        }
        rest = rest.dropFirst(count)
    }
    return path
}

/// A variable of our own environment; `nil` where it is not set. C: `getenv`.
package func environment(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }
}
