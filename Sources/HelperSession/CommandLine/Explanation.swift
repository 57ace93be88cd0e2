import Policy
import Protocol
import Text
import Virsh

/// Whether a role permits a request, and which lines of the policy file decide that.
///
/// Only what the policy file decides is explained. What depends on the host, such as reservations,
/// the users of a volume or the contents of XML, is decided when a request runs.
struct Explanation {
    /// A request without a session.
    struct Request {
        /// The current name of a protocol command, or a word such as `connect`.
        let command: String
        let changes: Bool
        /// The texts of its arguments by name.
        let arguments: [String: String]
        /// The words after `virsh`; empty for other commands.
        let virshWords: [String]

        /// One word is a JSON line or a whole command; several words are the words of a command.
        init(_ words: ArraySlice<String>) throws(UsageError) {
            guard words.count == 1, let word = words.first else {
                self = try Self.inWords(Array(words))
                return
            }
            if word.utf8.first == UInt8(ascii: "{") {
                do throws(MalformedRequest) {
                    self = try Self(RequestObject(line: Array(word.utf8)))
                } catch { throw UsageError(message: error.message) }
            } else {
                self = try Self.inWords(OriginalCommand(word)?.words ?? [])
            }
        }

        private init(
            command: String, changes: Bool, arguments: [String: String], virshWords: [String]
        ) {
            self.command = command
            self.changes = changes
            self.arguments = arguments
            self.virshWords = virshWords
        }

        private init(_ object: RequestObject) throws(MalformedRequest) {
            guard case .string(let name)? = object["cmd"]?.value,
                let command = SessionCommand.all.named(name)
            else {
                throw MalformedRequest(
                    message: "'cmd' of the request is not the name of a command")
            }
            var arguments: [String: String] = [:]
            var words: [String] = []
            for member in object.members {
                switch member.value {
                case .string(let text), .number(let text): arguments[member.name] = text
                case .bool(true): arguments[member.name] = "true"
                default: break
                }
                guard command.inWords == .virsh, case .array(let values) = member.value else {
                    continue
                }
                for case .string(let word) in values { words.append(word) }
            }
            self.init(
                command: command.name, changes: command.effect == .changes, arguments: arguments,
                virshWords: words)
        }

        /// `connect template=base`, which is also a request of `provision`.
        private static func connection(_ words: [String]) throws(UsageError) -> Request? {
            do {
                guard let connect = try ConnectToNewGuest(words, .unconfined) else { return nil }
                var arguments = try Request(connect.request.object).arguments
                // A role without it connects as well.
                if connect.impliesStop { arguments["stop"] = nil }
                return Request(
                    command: StandaloneCommand.connect.name, changes: true, arguments: arguments,
                    virshWords: [])
            } catch {
                throw (error as? UsageError) ?? UsageError(message: RequestError(error).message)
            }
        }

        private static func inWords(_ words: [String]) throws(UsageError) -> Request {
            if let connect = try connection(words) { return connect }
            if let command = StandaloneCommand.all.first(where: { $0.name == words.first }) {
                return Request(
                    command: command.name, changes: true,
                    arguments: words.count > 1 ? ["domain": words[1]] : [:], virshWords: [])
            }
            do { return try Request(RequestFromWords(words, .unconfined).object) } catch {
                throw (error as? UsageError) ?? UsageError(message: RequestError(error).message)
            }
        }
    }

    private struct Finding {
        let isAllowed: Bool
        let subject: String
        /// The line that decides.
        let reason: String
    }

    private let role: Role
    private var findings: [Finding] = []

    var isAllowed: Bool { findings.allSatisfy(\.isAllowed) }

    init(_ role: Role, _ request: Request) {
        self.role = role
        let policy = Policy(role: role, identity: role.name)
        guard !role.isTrusted else {
            add(true, "command '\(request.command)'", .trusted)
            return
        }
        let command = "command '\(request.command)'"
        if PolicyVocabulary.alwaysGranted.contains(request.command) {
            findings.append(
                Finding(isAllowed: true, subject: command, reason: "it needs no grant"))
        } else {
            add(policy.allows(command: request.command), command, .commands)
        }
        if request.changes, role.isReadOnly { add(false, "a change", .readOnly) }
        addVirsh(request.virshWords, policy)
        if let priority = request.arguments["priority"].flatMap({ Int($0) }) {
            add(policy.denial(ofPriority: priority) == nil, "priority \(priority)", .priority)
        }
        if let text = request.arguments["lease"], let lease = Double(text) {
            let key = policy.limit(ofLease: lease)
            add(key == nil, "a lease of \(text) seconds", key ?? .maxSession)
        }
        if request.command == "release", request.arguments["force"] == "true" {
            add(
                policy.denialOfForcedRelease == nil,
                "'force' of 'release', except for an own lease", .forceRelease)
        }
        if request.arguments["stop"] == "true" {
            add(policy.denialOfStop == nil, "virsh 'destroy', for 'stop'", .virsh)
        }
        if request.command == StandaloneCommand.connect.name, request.arguments["domain"] == nil {
            let provision = SessionCommand.provision.name
            add(policy.allows(command: provision), "command '\(provision)'", .commands)
        }
        addGuest(request, policy)
        for name in ["domain", "to_domain"] {
            guard let domain = request.arguments[name] else { continue }
            add(policy.shows(domain: domain), "domain '\(domain)'", .domains)
        }
        if request.command == "reserve", let domain = request.arguments["resume"], domain != "true"
        {
            add(policy.shows(domain: domain), "domain '\(domain)'", .domains)
        }
        guard let pool = request.arguments["pool"] else { return }
        let access = policy.access(toPool: pool)
        let isSufficient = request.changes ? access == .readWrite : access != nil
        add(isSufficient, "\(request.changes ? "writing" : "reading") pool '\(pool)'", .pools)
        guard request.changes else { return }
        for name in request.arguments["template"] == nil ? ["name", "to"] : [] {
            guard let volume = request.arguments[name] else { continue }
            add(policy.allowsWriting(volume: volume), "writing volume '\(volume)'", .volumes)
        }
    }

    /// What concerns a guest on demand.
    private mutating func addGuest(_ request: Request, _ policy: Policy) {
        guard let template = request.arguments["template"] else { return }
        let isGranted = role.templates?.matches(template) == true
        add(isGranted, "template '\(template)'", .templates)
        if let name = request.arguments["name"] {
            add(policy.shows(domain: name), "domain '\(name)'", .domains)
        }
    }

    private mutating func addVirsh(_ words: [String], _ policy: Policy) {
        guard !words.isEmpty else { return }
        let request = VirshRequest(words, policy)
        for (name, use) in zip(request.commands, request.uses) {
            add(
                policy.allows(virsh: name, as: use), "virsh '\(name)' of class \(use.rawValue)",
                .virsh)
        }
        if let mistake = request.mistake { add(false, "virsh: \(mistake)", .virsh) }
        // What the classes do not say: an option, a file, a read-only role.
        if let denial = request.denial, isAllowed {
            add(false, String(denial.message.trimmingPrefix("denied: ")), .virsh)
        }
    }

    private mutating func add(_ isAllowed: Bool, _ subject: String, _ key: RoleKey) {
        let reason =
            role.settings[key].map { "line \($0.line): \(key.rawValue) = \($0.value)" }
            ?? "the role has no '\(key.rawValue)'"
        findings.append(Finding(isAllowed: isAllowed, subject: subject, reason: reason))
    }

    /// For a person: one line per finding, then the result.
    var text: String {
        let width = findings.map(\.subject.count).max() ?? 0
        let lines = findings.map { finding in
            "\(verdict(finding.isAllowed).padded(9))\(finding.subject.padded(width))  "
                + "\(finding.reason)\n"
        }
        return lines.joined()
            + (isAllowed
                ? "allowed, as far as the policy file decides it\n" : "denied\n")
    }

    private func verdict(_ isAllowed: Bool) -> String { isAllowed ? "allowed" : "denied" }
}
