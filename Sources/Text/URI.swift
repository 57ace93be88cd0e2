/// The parts of a URI or URL: `driver+transport://user@host:port/path?query#fragment`. Used for
/// libvirt's connections, consoles, network disks and downloads alike.
package struct URI: Hashable, Sendable {
    /// What stands before `:` without the transport, e.g. `qemu`; empty if there is no `:`.
    package let driver: String
    /// E.g. `ssh` of `qemu+ssh:///system`; `nil` if none is named.
    package let transport: String?
    /// The name or address without brackets; `nil` if the URI names none.
    package let host: String?
    /// `nil` if the URI names none.
    package let port: String?
    /// With its leading slash, e.g. `/system`.
    package let path: String
    /// Without `?`; empty if there is none.
    package let query: String

    package init(_ text: String) {
        let colon = text.firstIndex(of: ":")
        let scheme = colon.map { text[..<$0] } ?? ""
        let plus = scheme.firstIndex(of: "+")
        driver = String(scheme[..<(plus ?? scheme.endIndex)])
        transport = plus.map { String(scheme[scheme.index(after: $0)...]) }

        let afterScheme = colon.map { text[text.index(after: $0)...] } ?? text[...]
        // In this order: a `?` after `#` belongs to the fragment.
        let withoutFragment = afterScheme.prefix { $0 != "#" }
        var rest = withoutFragment.prefix { $0 != "?" }
        query = String(withoutFragment.dropFirst(rest.count + 1))
        var host: Substring?
        var port: Substring?
        if rest.hasPrefix("//") {
            rest = rest.dropFirst(2)
            var authority = rest.prefix { $0 != "/" }
            rest = rest.dropFirst(authority.count)
            // The last one: a user name may contain `@`.
            if let at = authority.lastIndex(of: "@") {
                authority = authority[authority.index(after: at)...]
            }
            (host, port) = Self.hostAndPort(authority)
        }
        self.host = host.flatMap { $0.isEmpty ? nil : String($0) }
        self.port = port.flatMap { $0.isEmpty ? nil : String($0) }
        path = String(rest)
    }

    private static func hostAndPort(_ authority: Substring) -> (Substring, port: Substring?) {
        let host: Substring
        var rest: Substring
        // The colons in an IPv6 address do not begin a port.
        if authority.hasPrefix("["), let close = authority.firstIndex(of: "]") {
            host = authority[..<close].dropFirst()
            rest = authority[close...].dropFirst()
        } else {
            host = authority.prefix { $0 != ":" }
            rest = authority.dropFirst(host.count)
        }
        guard rest.popFirst() == ":" else { return (host, nil) }
        return (host, rest)
    }

    /// Whether a libvirt connection leads to this machine. A port with a loopback address does
    /// not count: it may be a tunnel to another machine.
    package var isLocal: Bool {
        // The test driver runs inside of the library: what looks like a host is part of a path.
        guard let host, driver != "test" || transport != nil else { return true }
        return port == nil && ["localhost", "127.0.0.1", "::1"].contains(host)
    }
}

/// Whether a text is a URL: a scheme of letters, at most one transport, and `://`.
package func isURL(_ text: String) -> Bool {
    guard let end = text.firstRange(of: "://") else { return false }
    let parts = text[..<end.lowerBound].split(separator: "+", omittingEmptySubsequences: false)
    return parts.count <= 2
        && parts.allSatisfy { !$0.isEmpty && $0.allSatisfy { $0.isASCII && $0.isLetter } }
}

/// The text that a part of a URI stands for: `%2F` becomes `/`. Malformed escapes stay.
package func percentDecoded(_ text: String) -> String {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
        let digits = rest.prefix(2).compactMap { Character(Unicode.Scalar($0)).hexDigitValue }
        if byte == UInt8(ascii: "%"), digits.count == 2 {
            bytes.append(UInt8(digits[0] << 4 | digits[1]))
            rest = rest.dropFirst(2)
        } else {
            bytes.append(byte)
        }
    }
    return String(decoding: bytes, as: UTF8.self)
}
