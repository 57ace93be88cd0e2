import System

/// The IP addresses of this host's interfaces.
func hostAddresses() throws -> Set<String> {
    var addresses: Set<String> = []
    // fib_trie has each address as a line `|-- ADDRESS`, followed by a line with its kind.
    var last = ""
    for line in try text(of: "/proc/net/fib_trie").split(separator: "\n") {
        let words = line.split(separator: " ")
        if words.count == 2, words[0].hasSuffix("--") { last = String(words[1]) }
        if line.hasSuffix("/32 host LOCAL") { addresses.insert(last) }
    }
    for line in try (textIfPresent("/proc/net/if_inet6") ?? "").split(separator: "\n") {
        addresses.insert(ipv6Text(line.prefix(32)))
    }
    return addresses
}
