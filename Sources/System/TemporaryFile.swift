import Glibc

/// A file that is removed on scope exit. GLib: `g_mkstemp_full`.
package struct TemporaryFile: ~Copyable {
    package let path: String

    /// Creates a file that only this user may read. Six random letters and digits make its name
    /// unique.
    package init(
        in directory: String, prefix: String, suffix: String, contents: [UInt8]
    ) throws(SystemError) {
        path = try createFile(contents) { "\(directory)/\(prefix)\($0)\(suffix)" }
    }

    deinit { unlink(path) }
}

private func createFile(
    _ contents: [UInt8], _ path: (_ random: String) -> String
) throws(SystemError) -> String {
    while true {
        // GLib's letters, because virsh's messages name such files.
        let path = path(
            String((0..<6).map { _ in "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789".randomElement()! }))
        do throws(SystemError) {
            let file = try FileDescriptor.creating(path, mode: 0o600)
            do throws(SystemError) { try file.write(contents) } catch {
                unlink(path)
                throw error
            }
            return path
        } catch {
            guard error.isExisting else { throw error }
        }
    }
}
