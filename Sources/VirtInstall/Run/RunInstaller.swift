import InstallMedia
import Libvirt
import Lifetime
import System

/// Creates and starts the guest, waits for the installation to end, and returns the exit status.
/// `destroysOnError` destroys the guest if the run fails or the client disconnects. If the request
/// is cancelled, nothing of a new guest stays.
/// virt-install 4.1.0: `start_install`.
func runInstaller(
    _ installer: Installer, guest: Guest, options: CommandLineValues, destroysOnError: Bool
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
    let destroysOnExit = options.has("destroy-on-exit")
    let domain = CreatedDomain(
        guest.host, name: name, isRecorded: destroysOnError || destroysOnExit)
    // A transient domain that `destroysOnError` destroys is gone for good. Nothing refers to its
    // volumes any more, so they must go, too.
    let volumes = CreatedVolumes(staysWithDomain: !destroysOnError || !isTransient)
    // Runs on scope exit or, if the client disconnects, on another thread. Therefore the state of
    // both objects is behind locks. The order matters: the domain uses the volumes, and the file
    // with the firmware's variables can be removed only when there is no domain.
    let (request, isNew) = (Cancellation.current, !installer.isReinstallation)
    let rollback = Rollback(recording: domain.journal) {
        let isCancelled = request?.isCancelled == true
        defer {
            if domain.mayExist { volumes.domainMayExist() } else { volumes.remove() }
            if destroysOnError || isCancelled { domain.removeVariables() }
        }
        if isCancelled, isNew {
            try domain.undo()
            if !domain.mayExist { volumes.domainIsGone() }
        } else if destroysOnError || isCancelled {
            try domain.destroy()
        }
    }
    let status: Int32
    do {
        let running = try createDomain(installer, guest, options, domain, volumes)
        let installed = InstalledGuest(
            running, domain, of: guest, isTransient: isTransient, destroysOnExit: destroysOnExit)
        // An inner scope, so this happens before the rollback above.
        let exit = Rollback { if destroysOnExit { domain.end(running) } }
        status = try installed.follow(
            installer, console, wait: wait, since: start,
            restarts: !options.has("noreboot"),
            command: "virsh --connect \(guest.host.uri) start \(name)")
        if destroysOnExit { domain.end(running) }
        if status == 0 { try Cancellation.settle() }
        exit.commit()
    } catch {
        if let denial = denial(in: error) { throw denial }
        // From here on virt-install reports an error in its own form and not as the caller does.
        if !message(of: error).isEmpty { output.error(message(of: error)) }
        output.failure(
            """
            Domain installation does not appear to have been successful.
            If it was, you can restart your domain by running:
              virsh --connect \(guest.host.uri) start \(name)
            otherwise, please restart your installation.

            """)
        return 1
    }
    // A run that exceeds `--wait` has status 1 and is rolled back like one that failed.
    if status == 0 {
        rollback.commit()
        volumes.keep()
    }
    return status
}

/// Creates the media and volumes that the guest needs, and starts it.
/// virt-install 4.1.0: `Installer.start_install`.
private func createDomain(
    _ installer: Installer, _ guest: Guest, _ options: CommandLineValues, _ created: CreatedDomain,
    _ volumes: CreatedVolumes
) throws -> Domain {
    let (connection, output) = (guest.host.connection, guest.output)
    let meter = ProgressMeter(guest.version, output)
    // Must fail before anything is created.
    if !installer.isReinstallation { try checkName(of: guest) }
    try guest.complete()
    let domain: Domain
    do {
        // The kernel and initrd are needed only until QEMU has started and read them, so the
        // scratch files are removed at the end of this closure.
        domain = try withScratchArea(guest.host) { scratch in
            let prepared = try installer.prepare(
                guest, scratch: scratch, progress: meter.show)
            if !installer.isReinstallation { try volumes.create(for: guest, meter) }
            let isTransient = options.has("transient")
            let definesFirst = guest.type == "vz" && !installer.isReinstallation
            guard !definesFirst || !isTransient else {
                throw InstallFailure("Domain type 'vz' doesn't support transient installs.")
            }
            try Cancellation.check()
            return try guest.host.gate.exclusively {
                let (first, kept) = try installer.documents(of: prepared)
                try created.willCreate((first ?? kept).text)
                return try meter.step("Creating domain...") {
                    // A rollback from another thread waits for the end of this step. So it finds
                    // either no domain, or a complete one that already owns its volumes.
                    try CriticalSection.run { () throws(LibvirtError) in
                        let xml = first ?? kept
                        volumes.domainIsRequested()
                        let domain = try created.create(xml.text) { () throws(LibvirtError) in
                            try createDomain(
                                first, kept, starts: first != nil || !options.has("noreboot"),
                                isTransient: isTransient, definesFirst: definesFirst, connection)
                        }
                        volumes.domainWasCreated()
                        return domain
                    }
                }
            }
        }
    } catch {
        // Now, and not on scope exit, because virt-install prints the removal before the error.
        if !created.mayExist { volumes.remove(showing: meter) }
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

/// Makes the calls of libvirt. `first` is the XML for the installation, if it differs from the XML
/// that the guest keeps.
private func createDomain(
    _ first: PermittedXML?, _ kept: PermittedXML, starts: Bool, isTransient: Bool,
    definesFirst: Bool,
    _ connection: Connection
) throws(LibvirtError) -> Domain {
    if definesFirst {
        // Virtuozzo cannot create a transient domain, so define the domain before it starts.
        let domain = try connection.defineDomain(first ?? kept)
        guard starts else { return domain }
        do throws(LibvirtError) { try domain.start() } catch {
            do throws(LibvirtError) { try domain.undefine() } catch {
                // The error of the start says more.
            }
            throw error
        }
        return first == nil || first == kept ? domain : try connection.defineDomain(kept)
    }
    guard isTransient || starts else { return try connection.defineDomain(kept) }
    let domain = try connection.createDomain(first ?? kept, [])
    guard !isTransient else { return domain }
    do throws(LibvirtError) { return try connection.defineDomain(kept) } catch {
        // The caller removes the volumes, so the domain must not keep running.
        do throws(LibvirtError) { try domain.destroy() } catch {
            // The error of the definition says more.
        }
        throw error
    }
}

/// Throws an error if the name is invalid or in use. virt-install 4.1.0: `Guest.validate_name`.
private func checkName(of guest: Guest) throws {
    let name = guest.name ?? ""
    try VirtInstall.checkName(name, of: "Guest", guest.version)
    do throws(LibvirtError) { _ = try guest.host.connection.domain(name: name) } catch {
        return  // The name is free; if libvirt failed otherwise, the creation will fail, too.
    }
    throw InstallFailure("Guest name '\(name)' is already in use.")
}

extension CreatedDomain {
    /// Destroys the domain at the end of a run, when it may be gone.
    fileprivate func end(_ domain: Domain) {
        do throws(LibvirtError) { try destroyIfActive(domain) } catch {
            // Like virt-install, it says nothing.
        }
    }
}
