import Host
import Libvirt

extension Shell {
    /// The text of a file that a command names, at most 10 MiB of it.
    /// libvirt 9.0.0: `virFileReadAll`, with VSH_MAX_XML_FILE.
    func text(ofFile path: String) throws(CommandFailure) -> String {
        var deed = "open"
        do throws(SystemError) {
            let file = try OpenFile.reading(path)
            deed = "read"
            return String(escapingBytes: try file.contents(limit: 10 << 20))
        } catch {
            LibvirtError(
                code: .systemError, message: "Failed to \(deed) file '\(path)': \(error.message)"
            ).report()
            throw .silent
        }
    }
}
