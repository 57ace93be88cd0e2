import Libvirt
import Policy
import System
import XML

extension Command {
    /// virsh 12.8.0: the command `await`.
    static let await = Command(
        "await", .read, on: .domain, since: .init(11, 5),
        help: "wait until a domain meets a condition"
    ) { options in
        let domain = options.domain()
        let condition = options.string(
            "condition", "'domain-inactive' or 'guest-agent-available'", required: true,
            place: .named)
        let timeout = options.number(
            "timeout", "timeout in seconds (default: none)", as: .timeout, place: .named)

        return { shell, given in
            let name = try given[condition] ?? ""
            let timeout = try given[timeout]
            guard let condition = Condition(rawValue: name) else {
                throw CommandFailure("Unsupported await condition name '\(name)'")
            }
            let domain = try shell.domain(given[domain])
            try shell.wait(for: condition, of: domain, milliseconds: timeout)
        }
    }
}

private enum Condition: String {
    case isInactive = "domain-inactive"
    case hasAgent = "guest-agent-available"

    /// The events after which it may be met.
    var events: [DomainEvent.Kind] {
        switch self {
        case .isInactive: [.lifecycle]
        case .hasAgent: [.lifecycle, .agentLifecycle]
        }
    }
}

extension Shell {
    fileprivate func wait(
        for condition: Condition, of domain: Domain, milliseconds: Int?
    ) throws {
        let deadline = milliseconds.map { ContinuousClock.now + .milliseconds($0) }
        let change = try Wakeup()
        let connection = try connection
        // Before the first test: a change after it wakes this thread.
        let subscriptions = try condition.events.map { kind throws(LibvirtError) in
            try connection.subscribe(to: kind, of: domain) { _ in change.wake() }
        }
        while try !isMet(condition, by: domain) {
            guard try waitForAny(of: [change], until: deadline) else {
                printExtra("event loop timed out")
                throw CommandFailure.silent
            }
            _ = change.clear()
        }
        // Not left to `deinit`, which ignores failures.
        for subscription in subscriptions { try subscription.cancel() }
    }

    private func isMet(_ condition: Condition, by domain: Domain) throws -> Bool {
        switch condition {
        case .isInactive:
            let isActive = attempt { () throws(LibvirtError) in try domain.isActive() }
            // A transient domain is gone. virsh reports that, and succeeds.
            if isActive == nil { printError("failed to update domain state") }
            return isActive != true
        case .hasAgent:
            guard let xml = attempt({ () throws(LibvirtError) in try domain.xml() }) else {
                return false
            }
            let agent = "//devices/channel/target[@name = 'org.qemu.guest_agent.0']"
            return try Document(parsing: xml).nodes(agent).contains { $0["state"] == "connected" }
        }
    }
}
