import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdDomblkthreshold` in virsh-domain.c.
    static let domblkthreshold = Command(
        "domblkthreshold", .guest, on: .domain,
        help: "set the write threshold that triggers an event"
    ) { options in
        let domain = options.domain()
        let device = options.data("dev", "target of the disk")
        let threshold = options.requiredNumber(
            "threshold", "threshold in bytes or with a unit", as: .scaled(1))

        return { shell, given in
            let device = try given[device]
            let threshold = try given[threshold]
            try shell.domain(given[domain]).setBlockThreshold(device, bytes: threshold)
        }
    }
}
