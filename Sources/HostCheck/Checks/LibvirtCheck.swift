import Libvirt
import Text

extension Check {
    static let libvirt = Check("libvirt") { view in
        guard Connection.libraryProblem == nil else {
            throw NotChecked(reason: "libvirt's library cannot be loaded")
        }
        do throws(LibvirtError) {
            let connection = try view.connectionResult.get()
            let version = versionText(try connection.daemonVersion())
            let hypervisor = try connection.type()
            return [.ok("libvirt \(version) for \(hypervisor) at \(try connection.uri())")]
        } catch { return [unreachable(view.uri, error)] }
    }
}

func unreachable(_ uri: String?, _ error: LibvirtError) -> Finding {
    let place = uri.map { "'\($0)'" } ?? "libvirt's default URI"
    let hint =
        error.isPermissionDenied
        ? "run the helper as root through sudo, or add the account to the group 'libvirt'"
        : "start the libvirt daemon, e.g. with 'systemctl enable --now libvirtd.socket', or pass "
            + "the right URI as the helper's argument"
    return .error("\(place) cannot be reached: \(error.message)", hint)
}
