import Protocol
import Text

/// The domains that a client accepts.
final class DomainFilter {
    /// As the client gave it.
    let text: String?
    private let regex: PythonRegex?
    /// The results of earlier comparisons, by the bytes of the name. While a session waits for a
    /// domain, each event compares the same names, and their time is limited.
    private var known: [[UInt8]: Bool] = [:]

    /// A Python regular expression that the whole name must match; `nil` accepts all.
    init(_ filter: String?) throws {
        text = filter
        do throws(RegexError) {
            regex = try filter.map { (filter) throws(RegexError) in
                try PythonRegex(filter, within: MatchTime())
            }
        } catch { throw RequestError("filter", filter ?? "", error) }
    }

    /// That of a request of another session, which may be as expensive as that session permits
    /// itself. There may be many, so each gets little time: 25 ms, and a twentieth of the steps. A
    /// domain that is not compared within them counts as not accepted: a request is overtaken if
    /// its own filter is that expensive. If it counted as accepted, such a filter would delay all
    /// others by the time in which they pass it over.
    init(ofOther filter: String?) throws(RegexError) {
        text = filter
        regex = try filter.map { (filter) throws(RegexError) in
            try PythonRegex(
                filter, within: MatchTime(nanoseconds: MatchTime.second / 40),
                steps: PythonRegex.stepLimit / 20)
        }
    }

    /// The names that match; throws if there are none.
    func matching(_ names: [String]) throws -> [String] {
        guard let regex else { return names }
        do throws(RegexError) {
            var matching: [String] = []
            for name in names where try matches(name, regex) { matching.append(name) }
            if !matching.isEmpty { return matching }
        } catch {
            throw RequestError(.badRequest, "filter cannot be used: \(error.message)")
        }
        throw RequestError(.notFound, "no domain matches the filter")
    }

    /// Whether a name matches; false also if the comparison takes too long.
    func accepts(_ name: String) -> Bool {
        guard let regex else { return true }
        do throws(RegexError) { return try matches(name, regex) } catch { return false }
    }

    private func matches(_ name: String, _ regex: PythonRegex) throws(RegexError) -> Bool {
        let bytes = Array(name.utf8)
        if let known = known[bytes] { return known }
        let isMatch = try regex.matchesWhole(name)
        known[bytes] = isMatch
        return isMatch
    }
}
