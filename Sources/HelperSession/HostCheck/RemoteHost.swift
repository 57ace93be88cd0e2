/// The host that a libvirt URI connects to; `nil` for this host.
func remoteHost(_ uri: String) -> String? {
    guard let colon = uri.firstIndex(of: ":"), uri[colon...].hasPrefix("://") else { return nil }
    let scheme = uri[..<colon]
    let rest = uri[uri.index(colon, offsetBy: 3)...]
    var host = rest.prefix { $0 != "/" && $0 != "?" }
    if let at = host.lastIndex(of: "@") { host = host[host.index(after: at)...] }
    if host.first == "[" {
        host = host.dropFirst().prefix { $0 != "]" }  // an IPv6 address
    } else {
        host = host.prefix { $0 != ":" }
    }
    // The test driver runs inside the library: the "host" of test://… is part of a path.
    guard !scheme.hasPrefix("test"), !["", "localhost", "127.0.0.1", "::1"].contains(host) else {
        return nil
    }
    return String(host)
}
