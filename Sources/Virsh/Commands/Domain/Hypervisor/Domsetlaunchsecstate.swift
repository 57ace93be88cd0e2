import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdDomSetLaunchSecState` in virsh-domain.c.
    static let domsetlaunchsecstate = Command(
        "domsetlaunchsecstate", .never, on: .domain, help: "set a guest's launch security secret"
    ) { options in
        let domain = options.domain()
        let header = options.string(
            "secrethdr", "file with the secret's header", place: .named)
        let secret = options.string("secret", "file with the secret", place: .named)
        let address = options.number("set-address", "guest memory address", as: .uint64)

        return { shell, given in
            let domain = try shell.domain(given[domain])
            let header = try given[header]
            let secret = try given[secret]
            // Both are mandatory, but virsh declares them as optional.
            guard let header, let secret else {
                throw CommandFailure("Both secret and the secret header are required")
            }
            // virsh reads at most 64 KiB of either file.
            var parameters = [
                TypedParameter(
                    "sev-secret-header",
                    .string(try shell.text(ofFile: header, limit: 64 << 10))),
                TypedParameter(
                    "sev-secret", .string(try shell.text(ofFile: secret, limit: 64 << 10))),
            ]
            if let address = try given[address] {
                parameters.append(TypedParameter("sev-secret-set-address", .uint64(address)))
            }
            try shell.explaining("Unable to set launch security state") {
                () throws(LibvirtError) in try domain.setLaunchSecurity(parameters)
            }
        }
    }
}
