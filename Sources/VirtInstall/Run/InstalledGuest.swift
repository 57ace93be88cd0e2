import InstallMedia
import Libvirt
import System

/// A guest from its start to the end of its installation.
struct InstalledGuest {
    private let domain: Domain
    private let created: CreatedDomain
    private let isTransient: Bool
    private let destroysOnExit: Bool
    private let output: InstallOutput
    private let gate: InstallGate
    private let version: InstallVersion

    init(
        _ domain: Domain, _ created: CreatedDomain, of guest: Guest, isTransient: Bool,
        destroysOnExit: Bool
    ) {
        self.domain = domain
        self.created = created
        output = guest.output
        gate = guest.host.gate
        version = guest.version
        self.isTransient = isTransient
        self.destroysOnExit = destroysOnExit
    }

    /// Shows the console, waits for the end of the installation, restarts the guest, and returns
    /// the exit status. `wait` is in minutes; negative means without a limit.
    /// virt-install 4.1.0: `_process_domain`.
    func follow(
        _ installer: Installer, _ console: ConsoleChoice, wait: Int?,
        since start: ContinuousClock.Instant, restarts: Bool, command: String
    ) throws -> Int32 {
        // virt-install runs `virsh console` as a separate process. Here this thread shows the
        // console: without `--wait` until it closes, otherwise in between the checks of the guest.
        var relay: ConsoleRelay?
        switch console {
        case .text:
            relay = openConsole()
            if wait == nil {
                try relay?.show(until: nil)
                relay = nil
                try destroyAfterConsole()
            }
        // There is no viewer here; virt-install prints this if it cannot start one.
        case .graphical: output.warn("Console command returned failure.")
        case .none, .unavailable: break
        }
        let hasConsole = console == .text || console == .graphical
        let waited = try waitUntilOver(
            installer, wait, since: start, relay, hasConsole: hasConsole)
        if let status = waited {
            return status
        }
        // Close the console before the guest restarts: libvirt allows only one per guest.
        relay = nil
        output.say("Domain creation completed.")
        if isTransient { return 0 }
        if try domain.isActive() { return 0 }
        guard restarts, installer.restarts(version) else {
            output.say("You can restart your domain by running:\n  \(command)")
            return 0
        }
        // A user destroyed or saved it, so do not start it again.
        if try wasStopped(), !destroysOnExit {
            output.say("User stopped the VM. Not rebooting.")
            return 0
        }
        output.say("Restarting guest.")
        try gate.exclusively {
            // The client may have undefined it and defined another one with its UUID.
            let domain = try created.present(domain)
            try gate.willStart(domain)
            try created.willStart(domain)
            try domain.start()
            created.wasStarted(domain)
        }
        if console == .text {
            try openConsole()?.show(until: nil)
            try destroyAfterConsole()
        }
        return 0
    }

    /// Waits for the guest to stop, as long as `wait` says. Returns `nil` if the run goes on, or
    /// the exit status. virt-install 4.1.0: `_wait_for_domain`.
    private func waitUntilOver(
        _ installer: Installer, _ wait: Int?, since start: ContinuousClock.Instant,
        _ relay: ConsoleRelay?, hasConsole: Bool
    ) throws -> Int32? {
        if try isInactive() { return nil }
        if hasConsole {
            // The console closes a little before libvirt reports the guest as stopped.
            try pause(relay, until: .now + .seconds(2))
            if try isInactive() { return nil }
        }
        var message = "\nDomain is still running. Installation may be in progress."
        guard let wait else {
            // The console was closed, but the guest runs.
            guard installer.restarts(version) else { return nil }
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

    /// Sleeps. If the console is open, relays its output at the same time.
    private func pause(_ relay: ConsoleRelay?, until end: ContinuousClock.Instant) throws {
        try relay?.show(until: end)
        // The console may close before the time is up.
        let left = millisecondsLeft(until: end)
        if left > 0 { try pauseOrCancel(milliseconds: UInt32(left)) }
    }

    private func openConsole() -> ConsoleRelay? {
        do {
            let name = try domain.name()
            let relay = try ConsoleRelay(domain, output) { [gate] in
                try gate.willShowConsole(of: name)
            }
            output.say("Connected to domain '\(name)'")
            return relay
        } catch {
            // The guest may already have stopped, so this is not an error; the caller checks next.
            output.warn("Console command returned failure.")
            return nil
        }
    }

    /// With `--destroy-on-exit`, the guest ends together with its console.
    private func destroyAfterConsole() throws {
        guard destroysOnExit, try !isInactive() else { return }
        try created.destroyIfActive(domain)
    }

    /// Throws an error if the guest has crashed. virt-install 4.1.0: `check_inactive`.
    private func isInactive() throws -> Bool {
        do throws(LibvirtError) {
            if try domain.status().state == .crashed {
                // A LibvirtError because `do` allows one type; only its message is used.
                throw LibvirtError(code: .ok, message: "Domain has crashed.")
            }
            return try !domain.isActive()
        } catch {
            // A transient domain does not exist any more after it has stopped.
            guard error.code == .noDomain else { throw error }
            if isTransient { return true }
            guard version >= .v50 else { throw error }
            throw LibvirtError(
                code: .noDomain, message: "VM disappeared unexpectedly: \(error.message)")
        }
    }

    /// Whether the guest was destroyed or saved, and did not shut down by itself.
    private func wasStopped() throws -> Bool {
        let reason = try domain.status().reason
        return reason == .shutOff(.destroyed) || reason == .shutOff(.saved)
    }
}
