import Policy
import Protocol
import System

/// Who holds which domains. The locks are looked at when it is asked.
struct ReservationSurvey {
    let reservations: ReservedDomains
    /// The domains that the others say that they hold.
    let others: OtherSessions
    /// The names in the directory of the locks; `nil` if it was not read.
    private let lockFiles: Set<String>?

    init(_ reservations: ReservedDomains, of domains: [String]) throws(SystemError) {
        self.reservations = reservations
        do throws(SystemError) { others = try OtherSessions(reservations.state) } catch {
            // Without a role, the lock is all that counts.
            guard error.isNotDirectory, reservations.record.policy.reportedRole == nil else {
                throw error
            }
            others = .unknown
        }
        // To read a directory takes as long as to ask for a few files that do not exist.
        lockFiles = try domains.count > 16 ? Self.names(in: reservations.directory) : nil
    }

    private static func names(in directory: String) throws(SystemError) -> Set<String> {
        do throws(SystemError) { return Set(try Directory.names(in: directory)) } catch {
            guard error == .noSuchFile else { throw error }
            return []
        }
    }

    /// The other process that holds a domain; `nil` if there is none.
    func holdingProcess(of domain: String) throws(SystemError) -> Int32? {
        guard !reservations.holds(domain), let path = reservations.state.lock(of: domain) else {
            return nil
        }
        // Swift considers some different names equal; then we read one file in vain.
        if lockFiles?.contains(domain) != false,
            let process = try reservations.lockHolder(domain, path)
        {
            // Another thread of this process has just locked it.
            return process == ProcessInformation.id ? nil : process
        }
        // Its lock may be on a file that was removed.
        return others.holder(of: domain)
    }

    func unknownHolder(_ domain: String, _ error: SystemError) -> RequestError {
        RequestError(
            "cannot determine the holder of domain '\(domain)' in '\(reservations.directory)'",
            error)
    }
}
