import Protocol
import Text

/// The domains that a client accepts.
struct DomainFilter {
    private let regex: PythonRegex?

    /// A Python regular expression that the whole name must match; `nil` accepts all.
    init(_ filter: String?) throws {
        guard let filter else {
            regex = nil
            return
        }
        do throws(RegexError) { regex = try PythonRegex(filter) } catch {
            throw RequestError("filter", filter, error)
        }
    }

    /// The names that match; throws if there are none.
    func matching(_ names: [String]) throws -> [String] {
        guard let regex else { return names }
        do throws(RegexError) {
            var matching: [String] = []
            for name in names where try regex.matchesWhole(name) { matching.append(name) }
            if !matching.isEmpty { return matching }
        } catch {
            throw RequestError(.badRequest, "filter cannot be used: \(error.message)")
        }
        throw RequestError(.notFound, "no domain matches the filter")
    }
}
