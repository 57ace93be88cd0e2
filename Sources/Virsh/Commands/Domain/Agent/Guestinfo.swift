import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdGuestInfo` in virsh-domain.c.
    static let guestinfo = Command(
        "guestinfo", .read, on: .domain, effects: .looksInto,
        help: "information about a guest from its agent"
    ) { options in
        let domain = options.domain()
        let types: [(Key<Bool>, Domain.GuestInfoTypes)] = [
            (options.flag("user", "logged-in users"), .users),
            (options.flag("os", "operating system"), .os),
            (options.flag("timezone", "time zone"), .timezone),
            (options.flag("hostname", "host name"), .hostname),
            (options.flag("filesystem", "file systems"), .fileSystems),
            (options.flag("disk", "disks"), .disks),
            (options.flag("interface", "network interfaces"), .interfaces),
            (options.flag("load", "load averages", since: .init(11, 2)), .load),
            (options.flag("devices", "devices", since: .init(12, 7)), .devices),
        ]

        return { shell, given in
            // An empty set means everything that the agent supports.
            let requested = try given.flags(types)
            shell.print(try shell.domain(given[domain]).guestInfo(requested), width: 20)
        }
    }
}
