import Libvirt
import System

extension Shell {
    /// The text of a file; fails if it is larger than 10 MiB.
    /// virsh 9.0.0: VSH_MAX_XML_FILE.
    func text(ofFile path: String) throws(CommandFailure) -> String {
        try text(ofFile: path, limit: 10 << 20)
    }

    /// The text of a file; fails if it is larger than `limit` bytes.
    /// libvirt 9.0.0: `virFileReadAll`.
    func text(ofFile path: String, limit: Int) throws(CommandFailure) -> String {
        var action = "open"
        do throws(SystemError) {
            let file = try FileDescriptor.reading(path)
            action = "read"
            return String(escapingBytes: try file.contents(limit: limit))
        } catch {
            LibvirtError(
                code: .systemError, message: "Failed to \(action) file '\(path)': \(error.message)"
            ).report()
            throw .silent
        }
    }
}
