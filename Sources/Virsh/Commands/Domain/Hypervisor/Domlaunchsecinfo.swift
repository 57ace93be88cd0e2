import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdDomLaunchSecInfo` in virsh-domain.c.
    static let domlaunchsecinfo = Command(
        "domlaunchsecinfo", .read, on: .domain,
        help: "a guest's launch security parameters, e.g. of AMD SEV"
    ) { options in
        let domain = options.domain()

        return { shell, given in
            let domain = try shell.domain(given[domain])
            let parameters = try shell.explaining("Unable to get launch security parameters") {
                () throws(LibvirtError) in try domain.launchSecurity()
            }
            shell.print(parameters, width: 15)
        }
    }
}
