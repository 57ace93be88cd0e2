import Confinement
import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdStart` in virsh-domain.c.
    static let start = Command(
        "start", .power, on: .domain, help: "start a defined domain",
        description: "restores its managed save image if there is one"
    ) { options in
        let domain = options.domain("name or uuid of an inactive domain")
        let console = options.flag("console", "attach to its console afterwards", .refused)
        let paused = options.flag("paused", "leave the guest paused")
        let autodestroy = options.flag("autodestroy", "destroy it when this connection closes")
        let bypassCache = options.flag(
            "bypass-cache", "bypass the host's file cache when restoring")
        let forceBoot = options.flag("force-boot", "discard the managed save image")
        let files = options.string(
            "pass-fds", "descriptors N,M,... for the guest", .refused, as: .any)
        let resetNVRAM = options.flag("reset-nvram", "recreate the NVRAM from its template")

        return { shell, given in
            let domain = try shell.domain(given[domain], by: [.name, .uuid])
            guard domain.id == nil else { throw CommandFailure("Domain is already active") }
            let files = try given.files(files)
            // Resumed once the console is attached, which fails in a session: the guest stays
            // paused.
            let pausesForConsole =
                try shell.version >= .consoleFirst && given[console]
                && !given[paused]
            var flags: Domain.StartFlags = try given.flags([
                (paused, .paused), (autodestroy, .autodestroy), (bypassCache, .bypassCache),
                (forceBoot, .forceBoot), (resetNVRAM, .resetNVRAM),
            ])
            if pausesForConsole { flags.insert(.paused) }

            try shell.gate.exclusively {
                try shell.gate.willStart(domain)
                let isStarted =
                    try flags.contains(.forceBoot) && shell.forceBoot(domain, flags, files)
                guard !isStarted else { return }
                flags.remove(.forceBoot)
                let name = try domain.name()
                try shell.explaining("Failed to start domain '\(name)'") {
                    () throws(LibvirtError) in
                    try shell.pausing(pausesForConsole, flags) {
                        (flags) throws(LibvirtError) in try startDomain(domain, flags, files)
                    }
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

extension LibvirtVersion {
    /// The first virsh that with `--console` starts a domain paused and resumes it when its console
    /// is attached.
    static let consoleFirst = LibvirtVersion(9, 9)
}

extension Shell {
    /// Starts a domain; without the flag `paused` that only `--console` set, if the driver does not
    /// know it.
    func pausing<Value>(
        _ isForConsole: Bool, _ flags: Domain.StartFlags,
        _ start: (Domain.StartFlags) throws(LibvirtError) -> Value
    ) throws(LibvirtError) -> Value {
        do throws(LibvirtError) {
            return try start(flags)
        } catch  where isForConsole && error.code == .invalidArgument {
            LibvirtError.forgetReported()
            return try start(flags.subtracting(.paused))
        }
    }

    /// Starts a domain with `forceBoot` in its flags. Returns false if the hypervisor does not
    /// know that flag: then the managed save image is removed, and the caller starts the domain
    /// without the flag.
    fileprivate func forceBoot(
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
}
