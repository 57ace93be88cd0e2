import Libvirt

/// The ways to name a network.
struct NetworkNaming: OptionSet {
    let rawValue: Int
    static let uuid = Self(rawValue: 1)
    static let name = Self(rawValue: 2)
    static let all: Self = [.uuid, .name]
}

extension Options {
    /// The required option `network`. The body looks it up with `Shell.network`.
    mutating func network(
        _ help: String = "network name or uuid", access: Option.Access = .covered
    ) -> Key<String> {
        data("network", help, access, names: .network)
    }

    /// The required option `port`. The body looks it up with `Shell.port`.
    mutating func networkPort() -> Key<String> { data("port", "port uuid") }
}

extension Shell {
    /// The network that a word names: tried as a UUID, then as a name.
    /// virsh 9.0.0: `virshCommandOptNetworkBy`.
    func network(_ word: String, by naming: NetworkNaming = .all) throws -> Network {
        let connection = try connection
        if naming.contains(.uuid), word.utf8.count == 36 {
            // A name may have the length of a UUID, so a failure only leads to the next lookup.
            do throws(LibvirtError) { return try connection.network(uuid: word) } catch {}
        }
        if naming.contains(.name) {
            do throws(LibvirtError) { return try connection.network(name: word) } catch {}
        }
        throw CommandFailure.notFound("failed to get network '\(word)'")
    }

    /// The port of a network with this UUID. virsh 9.0.0: `virshCommandOptNetworkPort`.
    func port(_ word: String, of network: Network) throws(CommandFailure) -> NetworkPort {
        try lookUp("failed to get network port '\(word)'") { () throws(LibvirtError) in
            try network.port(uuid: word)
        }
    }
}
