import Host
import Libvirt

extension Shell {
    /// The text of a file that a command names, at most 10 MiB of it.
    /// virsh 9.0.0: VSH_MAX_XML_FILE.
    func text(ofFile path: String) throws(CommandFailure) -> String {
        try text(ofFile: path, limit: 10 << 20)
    }

    /// The text of a file that a command names, at most `limit` bytes of it.
    /// libvirt 9.0.0: `virFileReadAll`.
    func text(ofFile path: String, limit: Int) throws(CommandFailure) -> String {
        var deed = "open"
        do throws(SystemError) {
            let file = try OpenFile.reading(path)
            deed = "read"
            return String(escapingBytes: try file.contents(limit: limit))
        } catch {
            LibvirtError(
                code: .systemError, message: "Failed to \(deed) file '\(path)': \(error.message)"
            ).report()
            throw .silent
        }
    }
}
