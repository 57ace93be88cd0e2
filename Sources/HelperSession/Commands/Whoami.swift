import Policy
import Protocol
import System
import Text
import Wire

extension SessionCommand {
    ///     C: {"cmd": "whoami"}
    ///     S: {"success": true, "cmd": "whoami", "identity": "ci-17", "peer": "192.0.2.7 50022",
    ///         "user": "tester", "uid": 0, "restrictions": {}}
    static let whoami = SessionCommand(
        "whoami", .reads, usesHost: false, group: .looking,
        summary: "show how the host identifies this session",
        example: "ssh HOST whoami"
    ) { _ in
        { session, _ in
            [
                "identity": .string(try identity(of: session)),
                "peer": session.client.peer.map { .string($0) } ?? .null,
                "user": session.client.sudoUser.map { .string($0) } ?? .null,
                "uid": .integer(Int64(ProcessInformation.userID)),
                "restrictions": restrictions(of: session.policy),
            ]
        }
    }
}

/// The name that others see in `reservations`.
private func identity(of session: Session) throws -> String {
    guard let identity = session.policy.identity else {
        return try ProcessInformation.name(of: ProcessInformation.id) ?? ""
    }
    return session.client.reservationName.map { "\(identity) \($0)" } ?? identity
}

/// What the session's role grants; empty without a role.
private func restrictions(of policy: Policy) -> JSONValue {
    guard let role = policy.reportedRole else { return .object([]) }
    var members: [(name: String, value: JSONValue)] = [
        ("role", .string(role.name)), ("identity", .string(policy.identity ?? role.name)),
    ]
    if role.isTrusted {
        members.append(("trusted", .bool(true)))
    } else {
        let names = PolicyVocabulary.program.commands.filter(policy.lists(command:))
        members += [
            ("commands", texts(names)), ("virsh", texts(role.words(of: .virsh))),
            ("domains", role.domains.map { .string($0.text) } ?? .null),
            (
                "pools",
                .object(
                    role.pools.sorted { $0.key < $1.key }
                        .map { ($0.key, .string($0.value.rawValue)) })
            ),
            ("networks", texts(role.networks.sorted())),
            ("reservation", .string(role.reservation.rawValue)),
            ("read-only", .bool(role.isReadOnly)), ("limits", limits(of: role)),
        ]
    }
    members.append(("sandbox", sandbox()))
    return .object(members)
}

private func texts(_ texts: [String]) -> JSONValue { .array(texts.map { .string($0) }) }

/// Sizes in bytes and times in seconds, by the keys of the policy file.
private func limits(of role: Role) -> JSONValue {
    func number(_ key: RoleKey, _ value: some BinaryInteger) -> (name: String, value: JSONValue) {
        (key.rawValue, .integer(Int64(clamping: value)))
    }
    return .object([
        number(.maxMemory, role.maxMemoryBytes), number(.maxVCPUs, role.maxVCPUs),
        number(.maxUpload, role.maxUploadBytes), number(.maxReservations, role.maxReservations),
        number(.maxSessions, role.maxSessions), number(.maxGuests, role.maxGuests),
        number(.idleTimeout, role.idleTimeout), number(.maxSession, role.maxSessionSeconds),
        (RoleKey.guestPorts.rawValue, texts(role.guestPorts.map(rangeText))),
        (RoleKey.hostPorts.rawValue, texts(role.hostPorts.map(rangeText))),
        (RoleKey.hostAddresses.rawValue, texts(role.hostAddresses.sorted())),
    ])
}

/// As in the policy file.
private func rangeText(_ ports: ClosedRange<UInt16>) -> String {
    ports.count == 1 ? "\(ports.lowerBound)" : "\(ports.lowerBound)-\(ports.upperBound)"
}

/// What the kernel reports about this process.
private func sandbox() -> JSONValue {
    .object([
        ("environment", texts(Sandbox.variables)),
        ("core-limit", .integer(Int64(clamping: Sandbox.coreLimit))),
        ("no-new-privileges", .bool(Sandbox.forbidsNewPrivileges)),
    ])
}
