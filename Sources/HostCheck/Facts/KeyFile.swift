import Protocol
import System

/// A file of authorized keys, and whether sshd would read it.
struct KeyFile: Hashable, Sendable {
    struct Objection: Hashable, Sendable {
        let detail: String
        let hint: String
    }

    let path: String
    var exists = false
    var keys: [AuthorizedKey] = []
    /// What StrictModes objects to.
    var unsafe: Objection?
    /// Why sshd, which reads the file as the account, cannot read it.
    var unreadable: Objection?

    /// What keeps sshd from reading the file; `nil` if nothing does.
    func refusal(strictly: Bool) -> Objection? { (strictly ? unsafe : nil) ?? unreadable }

    init(path: String) { self.path = path }

    /// `mayShareGroup`: Debian's sshd accepts a path that only the account's own group may change.
    init(_ path: String, _ account: Account, mayShareGroup: Bool) {
        self.path = path
        // sshd examines the file and the directories above it, up to the home directory.
        var place = path
        while true {
            do throws(SystemError) {
                let status = try FileStatus(of: place)
                exists = exists || place == path
                unsafe = unsafe ?? Self.objection(to: status, place, account, mayShareGroup)
            } catch {
                if error.condition != .notFound {
                    unreadable = Objection(detail: "cannot examine '\(place)'", hint: "examine it")
                }
            }
            if place == account.home || place == "/" { break }
            place = parent(of: place)
        }
        guard exists else { return }
        if let obstacle = Self.obstacle(to: account, path) {
            unreadable = Objection(
                detail: "the account cannot read \(path), because of '\(obstacle)'",
                hint: obstacle == path ? "chmod go+r \(path)" : "chmod go+x \(obstacle)")
        }
        do throws(RequestError) {
            // Outside of the home directory, keys are root's business.
            let owner = path.hasPrefix(account.home + "/") ? account.id : 0
            keys = AuthorizedKey.all(in: try textIfPresent(path, ownedBy: owner) ?? "")
        } catch {
            unreadable = unreadable ?? Objection(detail: error.message, hint: "examine it")
        }
    }

    /// Whether StrictModes accepts the owner and mode of a path, as sshd does.
    static func objection(
        to status: FileStatus, _ path: String, _ account: Account, _ mayShareGroup: Bool
    ) -> Objection? {
        if status.ownerID != 0, status.ownerID != account.id {
            return Objection(
                detail: "\(path) belongs to another account",
                hint: "chown \(account.name) \(path)")
        }
        let mode = status.mode
        let isShared = mode & 0o020 != 0 && !(mayShareGroup && account.isAlone(in: status.groupID))
        guard mode & 0o002 != 0 || isShared else { return nil }
        return Objection(
            detail: "\(path) can be changed by other accounts (mode "
                + String(mode, radix: 8) + ")",
            hint: "chmod go-w \(path)")
    }

    /// The part of the path that the account may not search or read; `nil` if it can read the file.
    private static func obstacle(to account: Account, _ path: String) -> String? {
        var place = path
        var found: String?
        while true {
            do throws(SystemError) {
                let status = try FileStatus(of: place)
                let needed: UInt32 = place == path ? 4 : 1
                let shift: UInt32 =
                    status.ownerID == account.id
                    ? 6 : account.isMember(ofGroup: status.groupID) ? 3 : 0
                if (status.mode >> shift) & needed == 0 { found = place }
            } catch { found = place }
            if place == "/" { return found }
            place = parent(of: place)
        }
    }
}

/// The directory of an absolute path; `/` for `/`.
private func parent(of path: String) -> String {
    "/" + path.split(separator: "/").dropLast().joined(separator: "/")
}

extension Account {
    /// Whether no other account is in the group.
    fileprivate func isAlone(in group: UInt32) -> Bool {
        Account.members(ofGroup: group) == [name]
    }
}
