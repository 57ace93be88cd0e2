import Libvirt
import Policy
import Text
import XML

extension Command {
    /// virsh 9.0.0: `cmdDomDisplay` in virsh-domain.c.
    static let domdisplay = Command(
        "domdisplay", .read, on: .domain, help: "the URI of a guest's graphical display"
    ) { options in
        let domain = options.domain()
        let includePassword = options.flag("include-password", "include the password", .refused)
        let type = options.string(
            "type", "type of the display: vnc, spice, rdp or dbus", place: .positional)
        let all = options.flag("all", "all displays, not only the first")

        return { shell, given in
            try given.exclusive(all, type)
            let domain = try shell.domain(given[domain])
            guard shell.mayRun(domain) else { throw CommandFailure("Domain is not running") }
            let flags: Domain.XMLFlags = try given[includePassword] ? .secure : []
            let type = try given[type]
            let root = try shell.description(of: domain, flags)

            // virsh's order of preference, not the order in the XML.
            var found = false
            for scheme in ["vnc", "spice", "rdp", "dbus"] where type == nil || type == scheme {
                guard let display = try shell.display(scheme, of: root) else { continue }
                shell.print(display)
                found = true
                guard try given[all] else { break }
                shell.print("\n")
            }
            guard found else {
                throw CommandFailure(
                    type.map { "No graphical display with type '\($0)' found" }
                        ?? "No graphical display found")
            }
        }
    }
}

extension Shell {
    /// The URI of the display with a scheme; `nil` if the domain does not have one, or a client
    /// cannot connect to it. virsh 9.0.0: `virshGetOneDisplay`, `virshGetDBusDisplay`.
    fileprivate func display(_ scheme: String, of root: Node) throws -> String? {
        func value(_ path: String) -> String? {
            root.string("/domain/devices/graphics[@type='\(scheme)']/\(path)")
        }
        func number(_ path: String) -> Int32 {
            value(path).flatMap(signedNumber).flatMap { Int32(exactly: $0) } ?? 0
        }
        if scheme == "dbus" {
            guard let address = value("@address") else { return nil }
            let prefix = "unix:path="
            if address.hasPrefix(prefix) {
                return "dbus+unix://\(address.dropFirst(prefix.count))"
            }
            printError("'\(address)' D-Bus address is not handled")
            return nil
        }
        // A missing or malformed port counts as 0, which means that there is none.
        let port = number("@port")
        let tlsPort = number("@tlsPort")
        let socket = value("listen/@type") == "socket" ? value("listen/@socket") : nil
        guard port != 0 || tlsPort != 0 || socket != nil else { return nil }

        var listen = value("@listen") ?? value("listen/@address")
        // A client cannot connect to a wildcard address such as 0.0.0.0. Use the host of the
        // connection's URI instead, which is the host as the user knows it.
        if let given = value("@listen"), isWildcard(given) {
            let connection = try connection
            let uri = tolerating { () throws(LibvirtError) in try connection.uri() }
            listen = uri.flatMap { URI($0).host }
        }
        let password = value("@passwd")
        var display = socket == nil ? "\(scheme)://" : "\(scheme)+unix://"
        if scheme == "vnc", let password { display += ":\(password)@" }
        let address = listen ?? "localhost"
        display += socket ?? (address.contains(":") ? "[\(address)]" : address)
        if port != 0 { display += ":\(scheme == "vnc" ? port &- 5900 : port)" }
        // A VNC URI has the password before the host; a SPICE URI has it as a parameter.
        var parameters: [String] = []
        if tlsPort != 0 { parameters.append("tls-port=\(tlsPort)") }
        if scheme == "spice", let password { parameters.append("password=\(password)") }
        return parameters.isEmpty ? display : display + "?" + parameters.joined(separator: "&")
    }
}

/// Whether an address stands for all addresses of the host: `0.0.0.0`, `::`, or a shorter form.
/// libvirt 9.0.0: `virSocketAddrIsWildcard`.
private func isWildcard(_ address: String) -> Bool {
    if address.contains(":") {
        return address.split(separator: ":").allSatisfy { $0.allSatisfy { $0 == "0" } }
    }
    let parts = address.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count <= 4 && parts.allSatisfy { !$0.isEmpty && $0.allSatisfy { $0 == "0" } }
}
