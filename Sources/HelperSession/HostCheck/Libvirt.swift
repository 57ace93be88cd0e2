import Host
import Libvirt
import XML

extension HostCheck {
    static let libvirt = HostCheck("libvirt") { view in
        do throws(LibvirtError) {
            let connection = try view.host.get()
            let version = versionText(try connection.daemonVersion())
            let hypervisor = try connection.type()
            return [.ok("libvirt \(version) for \(hypervisor) at \(try connection.uri())")]
        } catch { return [unreachable(view.uri, error)] }
    }

    static let passt = HostCheck("passt") { view in
        let connection = try view.connection()
        let domains = try view.allDomains.get()
        var facts = PasstFacts(version: try connection.daemonVersion())
        facts.users = domains.filter { $0.interfaces.contains("user/passt") }.map(\.name)
        facts.vhostUsers = domains.filter { $0.interfaces.contains("vhostuser/passt") }.map(\.name)
        // Older ones do not tell; then the version has to do.
        let backends = try view.guestCapabilities?.nodes(
            "//interface/enum[@name='backendType']/value")
        if let backends, !backends.isEmpty { facts.backends = backends.map(\.text) }
        if remoteHost(view.uri ?? "") == nil { facts.hasProgram = program("passt") != nil }
        return facts.findings
    }
}

func unreachable(_ uri: String?, _ error: LibvirtError) -> Finding {
    let place = uri.map { "'\($0)'" } ?? "libvirt's default URI"
    var hint =
        "start the libvirt daemon, e.g. with 'systemctl enable --now libvirtd.socket', or pass the "
        + "right URI as the helper's argument"
    if error.isPermissionDenied {
        hint = "run the helper as root through sudo, or add the account to the group 'libvirt'"
    }
    return .error("\(place) cannot be reached: \(error.message)", hint)
}

struct PasstFacts {
    /// libvirt's, as a number.
    var version: UInt
    /// Domains with an interface over passt.
    var users: [String] = []
    /// Likewise, over passt's vhost-user.
    var vhostUsers: [String] = []
    var backends: [String]?
    /// `nil` where that cannot be seen.
    var hasProgram: Bool?

    var findings: [Finding] {
        let text = versionText(version)
        if version < 9_000_000 {
            return [
                problem(
                    "libvirt \(text) does not support port forwarding with passt",
                    "install libvirt 9.0 or newer")
            ]
        }
        if !vhostUsers.isEmpty, version < 11_001_000 {
            return [
                .error(
                    "libvirt \(text) does not support passt with vhost-user; required by "
                        + listed(vhostUsers),
                    "install libvirt 11.1 or newer, or use <interface type='user'>")
            ]
        }
        if let backends, !backends.contains("passt") {
            return [
                problem(
                    "this libvirt \(text) or its QEMU is built without passt",
                    "install a libvirt that is built with passt, and the package passt")
            ]
        }
        if hasProgram == false {
            return [problem("the program 'passt' is not installed", "install the package passt")]
        }
        let vhostUser = version < 11_001_000 ? "with vhost-user only since 11.1" : "also vhost-user"
        return [.ok("libvirt \(text) supports port forwarding with passt (\(vhostUser))")]
    }

    private func problem(_ detail: String, _ hint: String) -> Finding {
        let all = users + vhostUsers
        if all.isEmpty { return .warning(detail, hint) }
        return .error("\(detail); required by \(listed(all))", hint)
    }
}
