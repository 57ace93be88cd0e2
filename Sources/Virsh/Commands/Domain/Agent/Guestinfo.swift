import Libvirt

extension Command {
    /// virsh 9.0.0: `cmdGuestInfo` in virsh-domain.c.
    static let guestinfo = Command(
        "guestinfo", .reads, help: "what a guest's agent tells of it"
    ) { options in
        let domain = options.domain()
        let types: [(Key<Bool>, Domain.GuestInfoTypes)] = [
            (options.flag("user", "who is logged in"), .users),
            (options.flag("os", "the operating system"), .os),
            (options.flag("timezone", "the time zone"), .timezone),
            (options.flag("hostname", "the name of the host"), .hostname),
            (options.flag("filesystem", "the file systems"), .fileSystems),
            (options.flag("disk", "the disks"), .disks),
            (options.flag("interface", "the network interfaces"), .interfaces),
        ]

        return { shell, given in
            var wanted: Domain.GuestInfoTypes = []
            for (key, type) in types where try given[key] { wanted.insert(type) }
            shell.print(try shell.domain(given[domain]).guestInfo(wanted), width: 20)
        }
    }
}
