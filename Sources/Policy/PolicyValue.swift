import System
import Text

/// Why a value of the policy file is wrong, and what would be right.
struct PolicyValueError: Error {
    let problem: String

    init(_ problem: String) { self.problem = problem }
}

func isBlank(_ scalar: Unicode.Scalar) -> Bool { scalar == " " || scalar == "\t" }

/// The words of a value.
func splitAtBlanks(_ text: String) -> [String] {
    text.unicodeScalars.split(whereSeparator: isBlank).map { String($0) }
}

/// Conversions of values.
enum PolicyValue {
    static func yesOrNo(_ text: String) throws(PolicyValueError) -> Bool {
        switch text {
        case "yes": return true
        case "no": return false
        default: throw PolicyValueError("'\(text)' must be 'yes' or 'no'")
        }
    }

    static func pattern(_ text: String) throws(PolicyValueError) -> NamePattern {
        do throws(RegexError) { return try NamePattern(text) } catch {
            throw PolicyValueError(
                "'\(text)' is not a valid regular expression: \(error.message) at position "
                    + "\(error.position)")
        }
    }

    /// An integer of digits alone.
    static func number(
        _ text: String, _ range: ClosedRange<Int>
    ) throws(PolicyValueError) -> Int {
        guard isDigits(text), let number = Int(text), range.contains(number) else {
            throw PolicyValueError(
                "'\(text)' must be a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    /// Bytes: digits, and K, M, G or T for powers of 1024.
    static func size(_ text: String) throws(PolicyValueError) -> UInt64 {
        let suffixes: [(Character, UInt64)] = [("K", 10), ("M", 20), ("G", 30), ("T", 40)]
        let suffix = suffixes.first { $0.0 == text.last }
        let digits = suffix == nil ? text : String(text.dropLast())
        let unit = UInt64(1) << (suffix?.1 ?? 0)
        guard isDigits(digits), let count = UInt64(digits) else {
            throw PolicyValueError(
                "'\(text)' must be a number of bytes, or end with K, M, G or T, e.g. 512M")
        }
        let (bytes, overflow) = count.multipliedReportingOverflow(by: unit)
        // libvirt and files have signed sizes.
        guard !overflow, Int64(exactly: bytes) != nil else {
            throw PolicyValueError("'\(text)' is too large")
        }
        return bytes
    }

    /// `22 80 8000-8080`.
    static func ports(_ text: String) throws(PolicyValueError) -> [ClosedRange<UInt16>] {
        var ranges: [ClosedRange<UInt16>] = []
        for word in splitAtBlanks(text) {
            let ends = word.split(separator: "-", omittingEmptySubsequences: false)
            guard ends.count <= 2, let first = port(ends[0]), let last = port(ends[ends.count - 1]),
                first <= last
            else {
                throw PolicyValueError(
                    "'\(word)' must be a port from 1 to 65535, or a range such as 20000-20099")
            }
            ranges.append(first...last)
        }
        return ranges
    }

    private static func port(_ digits: Substring) -> UInt16? {
        guard isDigits(String(digits)), let port = UInt16(digits), port > 0 else { return nil }
        return port
    }

    static func addresses(_ text: String) throws(PolicyValueError) -> Set<String> {
        let words = splitAtBlanks(text)
        for word in words where !isNumericAddress(word) {
            throw PolicyValueError("'\(word)' must be an IPv4 or IPv6 address")
        }
        return Set(words)
    }

    /// `default:rw images:r`. The name may contain a colon.
    static func pools(_ text: String) throws(PolicyValueError) -> [String: PoolAccess] {
        var pools: [String: PoolAccess] = [:]
        for word in splitAtBlanks(text) {
            guard let colon = word.lastIndex(of: ":"), colon > word.startIndex,
                let access = PoolAccess(rawValue: String(word[word.index(after: colon)...]))
            else { throw PolicyValueError("'\(word)' must be NAME:r or NAME:rw") }
            let name = String(word[..<colon])
            guard pools.updateValue(access, forKey: name) == nil else {
                throw PolicyValueError("pool '\(name)' occurs twice")
            }
        }
        return pools
    }

    static func commands(
        _ text: String, _ vocabulary: PolicyVocabulary
    ) throws(PolicyValueError) -> Set<String> {
        var granted: Set<String> = []
        for word in splitAtBlanks(text) {
            let (isRemoval, name) = entry(word)
            let named: Set<String>
            if let preset = CommandPreset(rawValue: name) {
                named = preset.commands(of: vocabulary)
            } else if let command = vocabulary.command(name) {
                guard !CommandPreset.trustedOnly.contains(command) else {
                    throw PolicyValueError(
                        "'\(name)' cannot be granted: it names hidden domains; it needs a role "
                            + "with 'trusted = yes'")
                }
                named = [command]
            } else {
                let presets = CommandPreset.allCases.map(\.rawValue)
                let near = suggestion(for: name, among: vocabulary.commands + presets)
                throw PolicyValueError(
                    "there is no command or preset '\(name)'"
                        + (near.isEmpty
                            ? "; the presets are \(presets.joined(separator: ", "))" : near))
            }
            if isRemoval { granted.subtract(named) } else { granted.formUnion(named) }
        }
        return granted
    }

    static func virsh(
        _ text: String, _ vocabulary: PolicyVocabulary
    ) throws(PolicyValueError) -> VirshGrant {
        var grant = VirshGrant()
        for word in splitAtBlanks(text) {
            let (isRemoval, name) = entry(word)
            grant.entries.append((isRemoval, try virshSubject(name, vocabulary)))
        }
        return grant
    }

    private static func virshSubject(
        _ name: String, _ vocabulary: PolicyVocabulary
    ) throws(PolicyValueError) -> VirshGrant.Subject {
        if name == "all" { return .all }
        if let use = VirshClass(rawValue: name) {
            guard use != .never else {
                throw PolicyValueError("class 'never' cannot be granted, and 'all' omits it")
            }
            return .ofClass(use)
        }
        let classes = VirshClass.allCases.filter { $0 != .never }.map(\.rawValue) + ["all"]
        guard let command = vocabulary.virshCommand(name) else {
            let near = suggestion(for: name, among: classes + vocabulary.virshCommands())
            throw PolicyValueError(
                "there is no virsh command or class '\(name)'"
                    + (near.isEmpty ? "; the classes are \(classes.joined(separator: ", "))" : near)
            )
        }
        guard command.use != .never else {
            throw PolicyValueError(
                "virsh command '\(name)' cannot be granted: no role may run it, so remove it here")
        }
        return .command(command.name)
    }

    /// The URL of a proxy.
    static func proxy(_ text: String) throws(PolicyValueError) -> String {
        let schemes = ["http://", "https://"]
        guard let scheme = schemes.first(where: text.hasPrefix),
            text.utf8.count > scheme.utf8.count, !text.unicodeScalars.contains(where: isBlank)
        else {
            throw PolicyValueError(
                "'\(text)' must be the URL of a proxy, e.g. http://proxy.example:3128")
        }
        return text
    }

    /// `-NAME` removes NAME from the entries before it.
    private static func entry(_ word: String) -> (isRemoval: Bool, name: String) {
        word.utf8.first == UInt8(ascii: "-") ? (true, String(word.dropFirst())) : (false, word)
    }

    private static func isDigits(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
    }
}

extension Role {
    /// Sets what a key grants.
    mutating func set(
        _ key: RoleKey, _ value: String, _ vocabulary: PolicyVocabulary
    ) throws(PolicyValueError) {
        let count = 0...1_000_000
        let seconds = 0...366 * 86400
        switch key {
        case .commands: commands = try PolicyValue.commands(value, vocabulary)
        case .virsh: virsh = try PolicyValue.virsh(value, vocabulary)
        case .domains: domains = try PolicyValue.pattern(value)
        case .pools: pools = try PolicyValue.pools(value)
        case .volumes: volumes = try PolicyValue.pattern(value)
        case .networks: networks = Set(splitAtBlanks(value))
        case .reservation:
            guard let rule = ReservationRule(rawValue: value) else {
                throw PolicyValueError("'\(value)' must be 'session', 'identity' or 'no'")
            }
            reservation = rule
        case .guestPorts: guestPorts = try PolicyValue.ports(value)
        case .hostPorts: hostPorts = try PolicyValue.ports(value)
        case .hostAddresses: hostAddresses = try PolicyValue.addresses(value)
        case .maxMemory: maxMemoryBytes = try PolicyValue.size(value)
        case .maxVCPUs: maxVCPUs = try PolicyValue.number(value, 1...4096)
        case .urls: urls = try PolicyValue.pattern(value)
        case .readOnly: isReadOnly = try PolicyValue.yesOrNo(value)
        case .maxUpload: maxUploadBytes = try PolicyValue.size(value)
        case .maxReservations: maxReservations = try PolicyValue.number(value, count)
        case .maxSessions: maxSessions = try PolicyValue.number(value, 1...1_000_000)
        case .idleTimeout: idleTimeout = try PolicyValue.number(value, seconds)
        case .maxSession: maxSessionSeconds = try PolicyValue.number(value, seconds)
        case .templates: templates = try PolicyValue.pattern(value)
        case .maxGuests: maxGuests = try PolicyValue.number(value, count)
        case .forceRelease: mayForceRelease = try PolicyValue.yesOrNo(value)
        case .priority: priority = try PolicyValue.number(value, count)
        case .trusted: isTrusted = try PolicyValue.yesOrNo(value)
        }
    }
}

/// A range of ports on the command line.
package enum PortRange {
    /// E.g. `5100-5199`, or one port; `nil` if the text is not one.
    package static func parsed(_ text: String) -> ClosedRange<UInt16>? {
        do throws(PolicyValueError) {
            let ranges = try PolicyValue.ports(text)
            return ranges.count == 1 ? ranges[0] : nil
        } catch { return nil }
    }
}
