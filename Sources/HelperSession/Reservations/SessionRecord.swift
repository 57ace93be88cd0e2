package import Logging
import Synchronization
package import System
import Text
package import Wire

/// Who a session is and which domains it holds, for other sessions to read: the file
/// `sessions/PID` in the state directory. The session keeps it locked, so a file that is not
/// locked belongs to a session that was killed.
///
/// The log says here when a domain was reserved and released: one grep finds who had it.
package final class SessionRecord: Sendable {
    private let state: StateDirectory
    private let client: Client
    private let log: Logger
    private let since = secondsSince1970()
    // The client watch ends the record on its own thread.
    private let shared = Mutex(Shared())

    private struct Shared: ~Copyable {
        /// The names of the domains, and when they were reserved.
        var held: [(name: String, since: Int64)] = []
        /// Locks the file; `nil` as long as there is none.
        var file: RecordLock?
        var hasEnded = false
    }

    package init(_ state: StateDirectory, _ client: Client, _ log: Logger) {
        self.state = state
        self.client = client
        self.log = log
    }

    /// The facts about this session.
    var facts: SessionFacts { shared.withLock { facts(held: $0.held) } }

    private func facts(held: [(name: String, since: Int64)]) -> SessionFacts {
        let user = client.user
        return SessionFacts(
            identity: client.reservationName ?? user, user: user, peer: client.peer, since: since,
            domains: held)
    }

    /// Records that this session has reserved a domain.
    func add(_ domain: String) {
        log.info("reserved domain '\(domain)'")
        shared.withLock { shared in
            shared.held.append((domain, secondsSince1970()))
            write(&shared)
        }
    }

    /// Records that this session has released a domain.
    func remove(_ domain: String) {
        log.info("released domain '\(domain)'")
        shared.withLock { shared in
            shared.held.removeAll { $0.name.utf8.elementsEqual(domain.utf8) }
            write(&shared)
        }
    }

    /// Records a new reservation name.
    func update() {
        shared.withLock { shared in
            guard shared.file != nil else { return }
            write(&shared)
        }
    }

    /// Removes the file, and logs which domains are released by the end of the session.
    package func end() {
        shared.withLock { shared in
            guard !shared.hasEnded else { return }
            shared.hasEnded = true
            for domain in shared.held {
                log.info("released domain '\(domain.name)' at the end of the session")
            }
            guard shared.file != nil else { return }
            // Before the lock is dropped: a name without a lock would look like a killed session's.
            do throws(SystemError) { try removeFile(state.session(ProcessInformation.id)) } catch {
                // The next session removes it.
            }
        }
    }

    /// A file that cannot be written is logged only: the reservation is the lock, not this file.
    private func write(_ shared: inout Shared) {
        guard !shared.hasEnded else { return }
        do throws(SystemError) {
            if shared.file == nil {
                try Directory.make(state.sessions)
                removeLeftovers()
            }
            var bytes: [UInt8] = []
            facts(held: shared.held).json.write(to: &bytes)
            shared.file = try RecordLock.publish(
                bytes, as: state.session(ProcessInformation.id))
        } catch {
            log.warning("cannot write '\(state.session(ProcessInformation.id))': \(error.message)")
        }
    }

    /// Removes the files of killed sessions whose process ID no process has now. Others stay: they
    /// are not locked, so nobody reads them.
    private func removeLeftovers() {
        do throws(SystemError) {
            let directory = try Directory(state.sessions)
            for name in try directory.names() {
                guard let process = Int32(name.prefix { $0 != "." }),
                    !ProcessInformation.exists(process)
                else { continue }
                try directory.remove(name)
            }
        } catch {
            log.warning("cannot remove old files in '\(state.sessions)': \(error.message)")
        }
    }
}

/// What a session says about itself.
struct SessionFacts {
    /// The reservation name, or else the user.
    let identity: String
    let user: String
    /// Address and port of the ssh client; `nil` without ssh.
    let peer: String?
    /// When the session began, in seconds since 1970.
    let since: Int64
    /// The domains that it holds, and when it reserved them.
    let domains: [(name: String, since: Int64)]

    /// As in the file.
    var json: JSONValue {
        .object([
            ("identity", .string(identity)), ("user", .string(user)),
            ("peer", peer.map { .string($0) } ?? .null), ("since", .integer(since)),
            ("domains", .object(domains.map { ($0.name, .integer($0.since)) })),
        ])
    }
}

extension SessionFacts {
    /// The facts about another session; `nil` if it keeps no record, as the original helper.
    static func of(_ process: Int32, _ state: StateDirectory) throws(SystemError) -> SessionFacts? {
        guard
            let bytes = try RecordLock.contents(
                of: state.session(process), lockedBy: process, limit: 1 << 20)
        else { return nil }
        return SessionFacts(String(decoding: bytes, as: UTF8.self))
    }

    /// `nil` if the text is not a record of this version.
    init?(_ text: String) {
        let value: JSONValue
        do throws(JSONError) { value = try JSONParser.value(of: text) } catch { return nil }
        guard case .string(let identity)? = value["identity"],
            case .string(let user)? = value["user"], case .number(let since)? = value["since"],
            let since = Int64(since), case .object(let domains)? = value["domains"]
        else { return nil }
        self.identity = identity
        self.user = user
        self.since = since
        if case .string(let peer)? = value["peer"] { self.peer = peer } else { peer = nil }
        self.domains = domains.compactMap { name, value in
            guard case .number(let digits) = value, let since = Int64(digits) else { return nil }
            return (name, since)
        }
    }

    /// When the session reserved a domain: a moment after it locked the domain, the record may not
    /// name the domain yet.
    func since(of domain: String) -> Int64 {
        domains.first { $0.name.utf8.elementsEqual(domain.utf8) }?.since ?? since
    }
}
