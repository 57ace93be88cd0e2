import Host
import Libvirt

extension Shell {
    /// The text of a file that a command names, at most 10 MiB of it.
    /// libvirt 9.0.0: `virFileReadAll`, with VSH_MAX_XML_FILE.
    func text(ofFile path: String) throws(CommandFailure) -> String {
        do throws(SystemError) {
            return String(escapingBytes: try contents(of: path, limit: 10 << 20))
        } catch {
            LibvirtError(
                code: .systemError, message: "Failed to open file '\(path)': \(error.message)"
            ).report()
            throw .silent
        }
    }
}
