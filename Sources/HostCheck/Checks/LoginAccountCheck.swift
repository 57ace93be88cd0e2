import Protocol
import System

extension Check {
    static let loginAccount = Check("login-account") { view in
        let settings = try view.sshd.get()
        let entries = try text(of: "/etc/shadow")
        let today = Int(secondsSince1970() / 86400)
        let obstacles = ["/etc/nologin", "/run/nologin"].filter { !isMissing($0) }
        return settings.flatMap { settings in
            accountFindings(
                settings.account, ShadowEntry(of: settings.account.name, in: entries),
                usesPAM: settings.values["usepam"] == "yes", today: today, obstacles)
        }
    }
}

/// An account's line in `/etc/shadow`, shadow(5). Days count from 1970.
struct ShadowEntry: Hashable {
    let isLocked: Bool
    let lastChange: Int?
    let longestDays: Int?
    let expiry: Int?

    /// `nil` if the account is not in this file, e.g. because it is in LDAP.
    init?(of name: String, in text: String) {
        for line in text.split(separator: "\n") {
            let fields = line.split(separator: ":", omittingEmptySubsequences: false)
            guard fields.count >= 8, fields[0] == name else { continue }
            isLocked = fields[1].first == "!"
            lastChange = Int(fields[2])
            longestDays = Int(fields[4])
            expiry = Int(fields[7])
            return
        }
        return nil
    }
}

/// Whether sshd and PAM accept the account itself. `obstacles` are the files that exist and stop
/// all logins.
func accountFindings(
    _ account: Account, _ entry: ShadowEntry?, usesPAM: Bool, today: Int, _ obstacles: [String]
) -> [Finding] {
    let user = "user '\(account.name)'"
    var problems = obstacles.map { path in
        Finding.error(
            "\(path) exists: sshd accepts only root", "remove it when the host is up: rm \(path)")
    }
    // With PAM, a locked account can log in with a key.
    if entry?.isLocked == true, !usesPAM {
        problems.append(
            .error("the account is locked: \(user)", "usermod --password '*' \(account.name)"))
    }
    if let expiry = entry?.expiry, expiry >= 0, expiry < today {
        problems.append(
            .error("the account has expired: \(user)", "chage --expiredate -1 \(account.name)"))
    }
    // sshd would ask for a new password, which needs a terminal.
    let isTooOld =
        if let changed = entry?.lastChange, let longest = entry?.longestDays, longest >= 0 {
            changed + longest < today
        } else { false }
    if entry?.lastChange == 0 || isTooOld {
        problems.append(
            .error(
                "the password has expired: \(user)",
                "chage --lastday \(today) --maxdays -1 \(account.name)"))
    }
    return findings(problems, ok: "\(user) is neither locked nor expired")
}
