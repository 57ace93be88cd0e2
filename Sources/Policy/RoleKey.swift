/// A key of a section `[role NAME]`, in the order of atex-virt-helper-roles(5).
package enum RoleKey: String, CaseIterable, Sendable {
    case commands
    case virsh
    case domains
    case pools
    case volumes
    case networks
    case reservation
    case guestPorts = "guest-ports"
    case hostPorts = "host-ports"
    case hostAddresses = "host-addresses"
    case maxMemory = "max-memory"
    case maxVCPUs = "max-vcpus"
    case urls
    case readOnly = "read-only"
    case maxUpload = "max-upload"
    case maxReservations = "max-reservations"
    case maxSessions = "max-sessions"
    case idleTimeout = "idle-timeout"
    case maxSession = "max-session"
    case templates
    case maxGuests = "max-guests"
    case forceRelease = "force-release"
    case priority
    case trusted
}

/// A key's value as the policy file has it.
package struct PolicySetting: Hashable, Sendable {
    package let value: String
    /// The line's number, from 1 on.
    package let line: Int

    package init(value: String, line: Int) {
        self.value = value
        self.line = line
    }
}

extension Role {
    /// The words of a key's value; empty without the key.
    package func words(of key: RoleKey) -> [String] {
        settings[key].map { splitAtBlanks($0.value) } ?? []
    }
}
