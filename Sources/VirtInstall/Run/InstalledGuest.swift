import Host
import InstallMedia
import Libvirt
import XML

/// A guest that has been started, until its installation is over.
struct InstalledGuest {
    private let domain: Domain
    private let isTransient: Bool
    private let destroysOnExit: Bool
    private let output: InstallOutput

    init(_ domain: Domain, _ output: InstallOutput, isTransient: Bool, destroysOnExit: Bool) {
        self.domain = domain
        self.output = output
        self.isTransient = isTransient
        self.destroysOnExit = destroysOnExit
    }

    /// Shows the console, waits, and starts the guest again; the run's status. `wait` is in
    /// minutes, less than 0 for ever. virt-install 4.1.0: `_process_domain`.
    func follow(
        _ installer: Installer, _ console: ConsoleChoice, wait: Int?,
        since start: ContinuousClock.Instant, restarts: Bool, command: String
    ) throws -> Int32 {
        var relay: ConsoleRelay?
        switch console {
        case .text:
            relay = openConsole()
            if wait == nil {
                try relay?.show(until: nil)
                relay = nil
                try closed()
            }
        case .graphical: output.warn("Console command returned failure.")
        case .none, .unavailable: break
        }
        let hasConsole = console == .text || console == .graphical
        let waited = try waitUntilOver(
            installer, wait, since: start, relay, hasConsole: hasConsole)
        if let status = waited {
            return status
        }
        relay = nil
        output.say("Domain creation completed.")
        if isTransient { return 0 }
        if try domain.isActive() { return 0 }
        guard restarts, installer.hasInstallPhase else {
            output.say("You can restart your domain by running:\n  \(command)")
            return 0
        }
        if try wasStopped(), !destroysOnExit {
            output.say("User stopped the VM. Not rebooting.")
            return 0
        }
        output.say("Restarting guest.")
        try domain.start()
        if console == .text {
            try openConsole()?.show(until: nil)
            try closed()
        }
        return 0
    }

    /// `nil` where the installation is over, else the status to end with.
    /// virt-install 4.1.0: `_wait_for_domain`.
    private func waitUntilOver(
        _ installer: Installer, _ wait: Int?, since start: ContinuousClock.Instant,
        _ relay: ConsoleRelay?, hasConsole: Bool
    ) throws -> Int32? {
        if try isInactive() { return nil }
        if hasConsole {
            // libvirt may be a little later than the console.
            try pause(relay, until: .now + .seconds(2))
            if try isInactive() { return nil }
        }
        var message = "\nDomain is still running. Installation may be in progress."
        guard let wait else {
            guard installer.hasInstallPhase else { return nil }
            message +=
                "\nYou can reconnect to the console to complete the installation process."
            output.say(message)
            return 0
        }
        output.say(message)
        output.say(
            wait < 0
                ? "Waiting for the installation to complete."
                : "Waiting \(wait) minute\(wait == 1 ? "" : "s") for the installation to complete.")
        let end = wait < 0 ? nil : start + .seconds(Int64(clamping: wait) &* 60)
        while try !isInactive() {
            if let end, ContinuousClock.now >= end {
                output.say(
                    "Installation has exceeded specified time limit. Exiting application.")
                return 1
            }
            try pause(relay, until: .now + .seconds(1))
        }
        output.say("Domain has shutdown. Continuing.")
        return nil
    }

    /// Waits; a console that is open goes on.
    private func pause(_ relay: ConsoleRelay?, until end: ContinuousClock.Instant) throws {
        try relay?.show(until: end)
        let left = millisecondsLeft(until: end)
        if left > 0 { Host.pause(milliseconds: UInt32(left)) }
    }

    private func openConsole() -> ConsoleRelay? {
        do {
            let relay = try ConsoleRelay(domain, output)
            output.say("Connected to domain '\(try domain.name())'")
            return relay
        } catch {
            // It may have ended before we were there; what became of it is seen next.
            LibvirtError.forgetReported()
            output.warn("Console command returned failure.")
            return nil
        }
    }

    /// The console is closed: `--destroy-on-exit`.
    private func closed() throws {
        guard destroysOnExit, try !isInactive() else { return }
        try domain.destroy()
    }

    /// virt-install 4.1.0: `check_inactive`.
    private func isInactive() throws -> Bool {
        do throws(LibvirtError) {
            if try domain.state().state == Domain.State.crashed {
                throw LibvirtError(code: .ok, message: "Domain has crashed.")
            }
            return try !domain.isActive()
        } catch {
            guard isTransient, error.code == .noDomain else { throw error }
            LibvirtError.forgetReported()
            return true
        }
    }

    /// Whether somebody ended it from outside.
    private func wasStopped() throws -> Bool {
        let state = try domain.state()
        return state.state == Domain.State.shutOff
            && [Domain.State.destroyed, Domain.State.saved].contains(state.reason)
    }
}

/// Ends a domain, if it runs.
func endIfActive(_ domain: Domain) {
    do throws(LibvirtError) {
        if try domain.isActive() { try domain.destroy() }
    } catch {
        LibvirtError.forgetReported()
    }
}
