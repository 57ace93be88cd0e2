/// Whether a text is a URL: `http://...`, `nbd+unix://...`. virt-install 4.1.0: `path_is_url`.
func isURL(_ text: String) -> Bool {
    guard let end = text.firstRange(of: "://") else { return false }
    let parts = text[..<end.lowerBound].split(separator: "+", omittingEmptySubsequences: false)
    return parts.count <= 2
        && parts.allSatisfy { !$0.isEmpty && $0.allSatisfy { $0.isASCII && $0.isLetter } }
}

/// The parts of a URL: `scheme+transport://user@host:port/path?query`.
struct URLParts {
    let scheme: String
    let transport: String
    let host: String
    let port: String
    let path: String
    let query: String

    init?(_ text: String) {
        guard let end = text.firstRange(of: "://") else { return nil }
        let name = text[..<end.lowerBound]
        let plus = name.firstIndex(of: "+")
        scheme = String(name[..<(plus ?? name.endIndex)])
        transport = plus.map { String(name[name.index(after: $0)...]) } ?? ""
        let rest = text[end.upperBound...].prefix { $0 != "#" }
        let address = rest.prefix { $0 != "?" }
        query = String(rest.dropFirst(address.count + 1))
        var authority = address.prefix { $0 != "/" }
        path = String(address.dropFirst(authority.count))
        if let at = authority.lastIndex(of: "@") {
            authority = authority[authority.index(after: at)...]
        }
        if authority.hasPrefix("["), let close = authority.firstIndex(of: "]") {
            host = String(authority[authority.index(after: authority.startIndex)..<close])
            port = String(authority[close...].dropFirst().drop { $0 == ":" })
        } else {
            let name = authority.prefix { $0 != ":" }
            host = String(name)
            port = String(authority.dropFirst(name.count + 1))
        }
    }
}

extension String {
    /// Without the slashes at both ends.
    var trimmingSlashes: String {
        let start = drop { $0 == "/" }
        guard let end = start.lastIndex(where: { $0 != "/" }) else { return "" }
        return String(start[...end])
    }
}
