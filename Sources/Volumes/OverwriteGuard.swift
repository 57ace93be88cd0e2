package import Confinement
package import Libvirt
import Protocol
import System

/// Decides whether a request may overwrite a volume, or rename it away: not if a running domain
/// uses it, or a domain that another session has reserved, unless the client insists.
package final class OverwriteGuard {
    /// What the role permits; asked before anything else.
    let gate: any EffectGate
    /// Where it asks which domains use a volume.
    let host: HostConnection
    private let isForced: Bool
    /// Throws if the request must not write any more; asked directly before a volume is replaced.
    let mayStillWrite: () throws -> Void
    private let otherHolder: (_ domain: String) throws -> String?
    private var lastCheck: ContinuousClock.Instant?

    /// `otherHolder` returns the other session that has reserved a domain; `nil` if none has.
    package init(
        _ host: HostConnection, gate: any EffectGate, isForced: Bool,
        mayStillWrite: @escaping () throws -> Void = {},
        otherHolder: @escaping (_ domain: String) throws -> String?
    ) {
        self.host = host
        self.gate = gate
        self.isForced = isForced
        self.mayStillWrite = mayStillWrite
        self.otherHolder = otherHolder
    }

    /// Fails if an existing volume must not be overwritten.
    func check(_ volume: FileName, in pool: borrowing DirectoryPool) throws {
        guard !isForced else { return }
        lastCheck = .now
        let users = try host.reconnecting { try VolumeUsers($0) }.users(of: volume, in: pool)
        try check(volume, pool: pool.name, users)
    }

    /// The same for a pool that perhaps only libvirt can reach.
    func check(_ volume: FileName, in pool: Pool) throws {
        guard !isForced else { return }
        lastCheck = .now
        let users = try host.reconnecting { try VolumeUsers($0) }.users(of: volume, in: pool)
        try check(volume, pool: pool.name, users)
    }

    /// Asks again whether volumes may be overwritten, directly before that happens, if the last
    /// check is old. A volume may also be new.
    func checkAgain(_ volumes: FileName..., in pool: borrowing DirectoryPool) throws {
        guard isStale else { return }
        for volume in volumes where try pool.hasFile(volume) { try check(volume, in: pool) }
    }

    /// Whether a check is so old that a domain may well have been started since.
    var isStale: Bool { lastCheck.map { $0.duration(to: .now) > .seconds(1) } ?? true }

    private func check(
        _ volume: FileName, pool: String, _ users: [VolumeUsers.User]
    ) throws {
        // A guest that has the directory sees the new file.
        for user in users where !user.sharesDirectory {
            guard let state = try state(of: user) else { continue }
            throw RequestError(
                .busy,
                "volume '\(volume.text)' in pool '\(pool)' is in use by domain '\(user.domain)', "
                    + "which \(state); 'force' replaces it nevertheless",
                object: user.domain)
        }
    }

    /// Why a user's volume must stay; `nil` if it need not.
    private func state(of user: VolumeUsers.User) throws -> String? {
        if user.isRunning { return "is running" }
        return try otherHolder(user.domain).map { "is reserved by \($0)" }
    }
}
