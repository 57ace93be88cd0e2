import Protocol
import Text

/// The domains that a client accepts.
final class DomainFilter {
    private let regex: PythonRegex?
    /// The results of earlier comparisons, by the bytes of the name. While a session waits for a
    /// domain, each event compares the same names, and their time is limited.
    private var known: [[UInt8]: Bool] = [:]

    /// A Python regular expression that the whole name must match; `nil` accepts all.
    init(_ filter: String?) throws {
        guard let filter else {
            regex = nil
            return
        }
        do throws(RegexError) { regex = try PythonRegex(filter, within: MatchTime()) } catch {
            throw RequestError("filter", filter, error)
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

    private func matches(_ name: String, _ regex: PythonRegex) throws(RegexError) -> Bool {
        let bytes = Array(name.utf8)
        if let known = known[bytes] { return known }
        let isMatch = try regex.matchesWhole(name)
        known[bytes] = isMatch
        return isMatch
    }
}
