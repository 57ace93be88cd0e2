import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdDomPMWakeup` in virsh-domain.c.
    static let dompmwakeup = Command(
        "dompmwakeup", .power, on: .domain, help: "wake up a guest that `dompmsuspend` suspended"
    ) { options in
        let domain = options.domain()

        return { shell, given in
            let domain = try shell.domain(given[domain])
            let name = try domain.name()
            try shell.explaining("Domain '\(name)' could not be woken up") {
                () throws(LibvirtError) in try domain.wake()
            }
            shell.printExtra("Domain '\(name)' successfully woken up")
        }
    }
}
