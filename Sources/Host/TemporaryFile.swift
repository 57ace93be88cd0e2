import Glibc

/// A file of our own that is gone at the end of its scope. glib: `g_mkstemp_full`.
package struct TemporaryFile: ~Copyable {
    package let path: String

    /// Makes a file that only we may read; six letters or digits make its name a new one.
    package init(
        in folder: String, prefix: String, suffix: String, holding bytes: [UInt8]
    ) throws(SystemError) {
        path = try made(bytes) { "\(folder)/\(prefix)\($0)\(suffix)" }
    }

    deinit { unlink(path) }
}

private func made(
    _ bytes: [UInt8], _ path: (_ random: String) -> String
) throws(SystemError) -> String {
    while true {
        // glib's letters: virsh's messages name such files.
        let path = path(
            String((0..<6).map { _ in "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789".randomElement()! }))
        do throws(SystemError) {
            let file = try OpenFile.creating(path, mode: 0o600)
            do throws(SystemError) {
                try file.write(bytes.span)
            } catch {
                unlink(path)
                throw error
            }
            return path
        } catch {
            guard error.isExisting else { throw error }
        }
    }
}

/// A variable of our own environment; `nil` where it is not set. C: `getenv`.
package func environment(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }
}
