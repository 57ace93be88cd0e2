import Libvirt

extension Command {
    /// virsh 9.0.0: `cmdStart` in virsh-domain.c.
    static let start = Command(
        "start", .power, help: "start a defined domain",
        description: "a saved state is taken up"
    ) { options in
        let domain = options.domain("name or uuid of a domain that does not run")
        let console = options.flag("console", "then attach to its console")
        let paused = options.flag("paused", "without letting the guest run")
        let autodestroy = options.flag("autodestroy", "end it with this connection")
        let bypassCache = options.flag("bypass-cache", "read a saved state past the cache")
        let forceBoot = options.flag("force-boot", "drop a saved state")
        let files = options.string("pass-fds", "descriptors N,M,... for the guest", as: .any)
        let resetNVRAM = options.flag("reset-nvram", "make its NVRAM anew")

        return { shell, given in
            let domain = try shell.domain(given[domain], by: [.name, .uuid])
            guard domain.id == nil else { throw CommandFailure("Domain is already active") }
            let files = try given.files(files)
            var flags: Domain.StartFlags = []
            if try given[paused] { flags.insert(.paused) }
            if try given[autodestroy] { flags.insert(.autodestroy) }
            if try given[bypassCache] { flags.insert(.bypassCache) }
            if try given[forceBoot] { flags.insert(.forceBoot) }
            if try given[resetNVRAM] { flags.insert(.resetNVRAM) }

            let isStarted = try flags.contains(.forceBoot) && shell.force(domain, flags, files)
            if !isStarted {
                flags.remove(.forceBoot)
                let name = try domain.name()
                try shell.explaining("Failed to start domain '\(name)'") {
                    () throws(LibvirtError) in try startDomain(domain, flags, files)
                }
            }
            shell.printExtra("Domain '\(try domain.name())' started")
            if try given[console] { try shell.attachConsole(of: domain) }
        }
    }
}

private func startDomain(
    _ domain: Domain, _ flags: Domain.StartFlags, _ files: [Int32]?
) throws(LibvirtError) {
    if let files {
        try domain.start(flags, files: files)
    } else {
        try domain.start(flags)
    }
}

extension Shell {
    /// Whether a hypervisor that knows a forced start made one; for others the saved state is
    /// dropped here.
    fileprivate func force(
        _ domain: Domain, _ flags: Domain.StartFlags, _ files: [Int32]?
    ) throws -> Bool {
        do throws(LibvirtError) {
            try startDomain(domain, flags, files)
            return true
        } catch {
            guard error.code == .noSupport || error.code == .invalidArgument else { throw error }
            LibvirtError.forgetReported()
        }
        let isSaved = attempt { () throws(LibvirtError) in try domain.hasManagedSave() }
        if isSaved == true { try domain.removeManagedSave() }
        return false
    }

    /// A console needs a terminal, and a session has none. virsh 9.0.0: `cmdRunConsole`.
    func attachConsole(of domain: Domain) throws(CommandFailure) {
        let state = try explaining("Unable to get domain status") { () throws(LibvirtError) in
            try domain.state()
        }
        guard state.state != Domain.State.shutOff else {
            throw CommandFailure("The domain is not running")
        }
        throw CommandFailure("Cannot run interactive console without a controlling TTY")
    }
}
