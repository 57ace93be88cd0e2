import Host
import InstallMedia
import Libvirt

/// Makes and starts the guest and stays until the installation is over; the status.
/// `destroysOnError` ends the guest, where that fails or the client leaves.
/// virt-install 4.1.0: `start_install`.
func runInstaller(
    _ installer: Installer, guest: Guest, options: CommandLineValues, checks: EnabledChecks,
    destroysOnError: Bool
) throws -> Int32 {
    let output = guest.output
    let console = try ConsoleChoice(options, guest, installer)
    if installer.disc != nil, console == .text {
        output.warn(
            "CDROM media does not print to the text console by default, so you likely will not "
                + "see text install output. You might want to use --location. See the man page for "
                + "examples of using --location with CDROM media")
    }
    var wait = options["wait"].flatMap { pythonInteger($0) }
    if wait == nil, console == .unavailable {
        output.warn("No console to launch for the guest, defaulting to --wait -1")
        wait = -1
    }
    output.say("\nStarting install...")
    if let cloudInit = installer.cloudInit, cloudInit.generatesRootPassword {
        output.result("Password for first root login is: \(cloudInit.generatedPassword)")
    }
    let start = ContinuousClock.now
    let name = guest.name ?? ""
    let isTransient = options.has("transient")
    let made = MadeDomain(guest.host, name: name)
    // Nothing is left that has them where a domain is ended that has no definition.
    let volumes = MadeVolumes(staysWithDomain: !destroysOnError || !isTransient)
    let undo = Undo {
        if destroysOnError { made.destroy() }
        if !made.isThere { volumes.remove() }
        if destroysOnError { made.removeVariables() }
    }
    let status: Int32
    do {
        let domain = try createDomain(installer, guest, options, made, volumes)
        let endsGuest = options.has("destroy-on-exit")
        let installed = InstalledGuest(
            domain, output, isTransient: isTransient, destroysOnExit: endsGuest)
        let leaving = Undo { if endsGuest { endIfActive(domain) } }
        status = try installed.follow(
            installer, console, wait: wait, since: start,
            restarts: !options.has("noreboot"),
            command: "virsh --connect \(guest.host.uri) start \(name)")
        if endsGuest { endIfActive(domain) }
        leaving.forget()
    } catch {
        if !message(of: error).isEmpty { output.error(message(of: error)) }
        output.raw(
            """
            Domain installation does not appear to have been successful.
            If it was, you can restart your domain by running:
              virsh --connect \(guest.host.uri) start \(name)
            otherwise, please restart your installation.

            """)
        return 1
    }
    if status == 0 { undo.forget() }
    return status
}

/// Makes what the guest needs and starts it. virt-install 4.1.0: `Installer.start_install`.
private func createDomain(
    _ installer: Installer, _ guest: Guest, _ options: CommandLineValues, _ made: MadeDomain,
    _ volumes: MadeVolumes
) throws -> Domain {
    let (connection, output) = (guest.host.connection, guest.output)
    let meter = ProgressMeter(output)
    if !installer.isReinstallation { try checkName(guest.name, connection) }
    try guest.complete()
    let domain: Domain
    do {
        domain = try withScratchArea(guest.host) { scratch in
            let prepared = try installer.prepare(
                guest, scratch: scratch, progress: meter.show)
            if !installer.isReinstallation { try volumes.make(guest, meter) }
            let (first, kept) = try installer.documents(of: prepared)
            let isTransient = options.has("transient")
            let definesFirst = guest.type == "vz" && !installer.isReinstallation
            guard !definesFirst || !isTransient else {
                throw InstallFailure("Domain type 'vz' doesn't support transient installs.")
            }
            return try meter.step("Creating domain...") {
                // Whoever ends us finds no domain, or a whole one that has its volumes.
                try Lifeline.step { () throws(LibvirtError) in
                    let domain = try made.make(first ?? kept) { () throws(LibvirtError) in
                        try createDomain(
                            first, kept, starts: first != nil || !options.has("noreboot"),
                            isTransient: isTransient, definesFirst: definesFirst, connection)
                    }
                    volumes.wereTaken()
                    return domain
                }
            }
        }
    } catch {
        if !made.isThere { volumes.remove(telling: meter) }
        throw error
    }
    if installer.startsWithHost {
        do throws(LibvirtError) { try domain.setAutostart(true) } catch {
            guard error.code == .noSupport else { throw error }
            output.warn(
                "Could not set autostart flag: libvirt connection does not support autostart.")
        }
    }
    return domain
}

private func createDomain(
    _ first: String?, _ kept: String, starts: Bool, isTransient: Bool, definesFirst: Bool,
    _ connection: Connection
) throws(LibvirtError) -> Domain {
    if definesFirst {
        // A hypervisor that starts only what is defined.
        let domain = try connection.defineDomain(first ?? kept)
        guard starts else { return domain }
        do throws(LibvirtError) { try domain.start() } catch {
            do throws(LibvirtError) { try domain.undefine() } catch {
                // The first error tells more.
            }
            throw error
        }
        return first == nil || first == kept ? domain : try connection.defineDomain(kept)
    }
    guard isTransient || starts else { return try connection.defineDomain(kept) }
    let domain = try connection.createDomain(first ?? kept, [])
    guard !isTransient else { return domain }
    do throws(LibvirtError) { return try connection.defineDomain(kept) } catch {
        // Its volumes go, and so must it.
        do throws(LibvirtError) { try domain.destroy() } catch { LibvirtError.forgetReported() }
        throw error
    }
}

/// virt-install 4.1.0: `Guest.validate_name`.
private func checkName(_ name: String?, _ connection: Connection) throws {
    guard let name, !name.isEmpty else {
        throw InstallFailure("A name must be specified for the Guest")
    }
    guard !name.contains(" ") else {
        throw InstallFailure("Guest name '\(name)' can not contain ' ' character.")
    }
    do throws(LibvirtError) { _ = try connection.domain(name: name) } catch {
        return LibvirtError.forgetReported()
    }
    throw InstallFailure("Guest name '\(name)' is already in use.")
}
