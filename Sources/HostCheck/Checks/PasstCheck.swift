import Libvirt
import XML

extension Check {
    static let passt = Check("passt") { view in
        let connection = try view.connection()
        let domains = try view.allDomains.get()
        var facts = PasstFacts(version: try connection.daemonVersion())
        facts.users = domains.filter { $0.interfaces.contains("user/passt") }.map(\.name)
        facts.vhostUsers = domains.filter { $0.interfaces.contains("vhostuser/passt") }.map(\.name)
        // Only newer versions of libvirt list the backends.
        let backends = try view.guestCapabilities?.nodes(
            "//interface/enum[@name='backendType']/value")
        if let backends, !backends.isEmpty { facts.backends = backends.map(\.text) }
        if view.isLocal { facts.hasProgram = program("passt") != nil }
        return [facts.finding]
    }
}

struct PasstFacts {
    /// The libvirt daemon's version, e.g. 9000000 for 9.0.0.
    var version: UInt
    /// Domains with an interface that uses passt.
    var users: [String] = []
    /// Domains with an interface that uses passt with vhost-user.
    var vhostUsers: [String] = []
    /// The backends that libvirt supports; `nil` if it does not list them.
    var backends: [String]?
    /// Whether the program is installed; `nil` if libvirt is on another host.
    var hasProgram: Bool?

    private static let firstWithPasst: UInt = 9_000_000
    private static let firstWithVhostUser: UInt = 11_001_000

    var finding: Finding {
        let text = versionText(version)
        if version < Self.firstWithPasst {
            return problem(
                "libvirt \(text) does not support port forwarding with passt",
                "install libvirt 9.0 or newer")
        }
        if !vhostUsers.isEmpty, version < Self.firstWithVhostUser {
            return .error(
                "libvirt \(text) does not support passt with vhost-user; required by "
                    + listed(vhostUsers),
                "install libvirt 11.1 or newer, or use <interface type='user'>")
        }
        if let backends, !backends.contains("passt") {
            return problem(
                "this libvirt \(text) or its QEMU is built without passt",
                "install a libvirt that is built with passt, and the package passt")
        }
        if hasProgram == false {
            return problem("the program 'passt' is not installed", "install the package passt")
        }
        let hasVhostUser = version >= Self.firstWithVhostUser
        let vhostUser = hasVhostUser ? "also vhost-user" : "with vhost-user only since 11.1"
        return .ok("libvirt \(text) supports port forwarding with passt (\(vhostUser))")
    }

    /// An error if a domain uses passt, otherwise a warning.
    private func problem(_ detail: String, _ hint: String) -> Finding {
        let all = users + vhostUsers
        if all.isEmpty { return .warning(detail, hint) }
        return .error("\(detail); required by \(listed(all))", hint)
    }
}
