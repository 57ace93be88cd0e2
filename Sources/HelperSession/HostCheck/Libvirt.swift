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
        "start its daemon, e.g. 'systemctl enable --now libvirtd.socket', or name the right URI "
        + "behind the helper's options"
    if error.isPermissionDenied {
        hint = "run the helper as root by sudo, or put the account into the group 'libvirt'"
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
                    "libvirt \(text) cannot forward ports by passt",
                    "install libvirt 9.0 or newer")
            ]
        }
        if !vhostUsers.isEmpty, version < 11_001_000 {
            return [
                .error(
                    "libvirt \(text) has no passt over vhost-user, which \(listed(vhostUsers)) use",
                    "install libvirt 11.1 or newer, or give them <interface type='user'>")
            ]
        }
        if let backends, !backends.contains("passt") {
            return [
                problem(
                    "this libvirt \(text) or its QEMU cannot use passt",
                    "install a libvirt that is built with passt, and the package passt")
            ]
        }
        if hasProgram == false {
            return [problem("the program 'passt' is not there", "install the package passt")]
        }
        let more = version < 11_001_000 ? "; over vhost-user since 11.1" : ", also over vhost-user"
        return [.ok("libvirt \(text) forwards ports by passt\(more)")]
    }

    private func problem(_ detail: String, _ hint: String) -> Finding {
        let all = users + vhostUsers
        if all.isEmpty { return .warning(detail, hint) }
        return .error("\(detail), which \(listed(all)) need\(all.count == 1 ? "s" : "")", hint)
    }
}
