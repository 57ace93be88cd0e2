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

/// An address of 32 hexadecimal digits in its canonical form (RFC 5952), e.g. `2001:db8::1`.
func ipv6Text(_ digits: Substring) -> String {
    var groups: [UInt16] = []
    var rest = digits
    while rest.count >= 4 {
        groups.append(UInt16(rest.prefix(4), radix: 16) ?? 0)
        rest = rest.dropFirst(4)
    }
    // `::` replaces the longest run of two or more zeros, the first one of equal length.
    var longest = 0..<0
    var start = 0
    for index in 0...groups.count where index == groups.count || groups[index] != 0 {
        if index - start > max(longest.count, 1) { longest = start..<index }
        start = index + 1
    }
    func text(_ part: ArraySlice<UInt16>) -> String {
        part.map { String($0, radix: 16) }.joined(separator: ":")
    }
    if longest.isEmpty { return text(groups[...]) }
    return text(groups[..<longest.lowerBound]) + "::" + text(groups[longest.upperBound...])
}
