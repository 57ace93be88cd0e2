import Libvirt

/// The ways to name an interface.
struct InterfaceNaming: OptionSet {
    let rawValue: Int
    static let name = Self(rawValue: 1)
    static let mac = Self(rawValue: 2)
    static let all: Self = [.name, .mac]
}

extension Options {
    /// The required option `interface`. The body looks it up with `Shell.interface`.
    mutating func interface(_ help: String = "interface name or MAC address") -> Key<String> {
        data("interface", help)
    }
}

extension Shell {
    /// The interface that a word names: a MAC address if it looks like one, otherwise a name.
    /// virsh 9.0.0: `virshCommandOptInterfaceBy`.
    func interface(_ word: String, by naming: InterfaceNaming = .all) throws -> HostInterface {
        let isMAC = looksLikeMAC(word)
        guard naming.contains(isMAC ? .mac : .name) else {
            throw CommandFailure.notFound("failed to get interface '\(word)'")
        }
        let connection = try connection
        return try lookUp("failed to get interface '\(word)'") { () throws(LibvirtError) in
            try isMAC ? connection.interface(mac: word) : connection.interface(name: word)
        }
    }
}

/// Whether a word starts with six hexadecimal numbers of one or two digits between colons. Anything
/// after a blank is ignored.
/// libvirt 9.0.0: `virMacAddrParse`.
private func looksLikeMAC(_ word: String) -> Bool {
    let address = word.utf8.prefix { $0 > UInt8(ascii: " ") }
    let numbers = address.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
    return numbers.count == 6
        && numbers.allSatisfy { number in
            (1...2).contains(number.count)
                && number.allSatisfy { Character(Unicode.Scalar($0)).isHexDigit }
        }
}
