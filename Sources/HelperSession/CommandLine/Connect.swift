import GuestAccess
import Libvirt
import Lifetime
import Protocol
import System

extension StandaloneCommand {
    ///     ssh -o ProxyCommand='ssh host connect vm1' root@vm1
    static let connect = StandaloneCommand(
        name: "connect", usage: "DOMAIN [PORT]",
        summary: "connect standard input and output to a port of a guest, 22 by default; for "
            + "ssh's ProxyCommand; with the arguments of provision, e.g. template=NAME, to a guest "
            + "that is made first and ends with the connection",
        example: "ssh -o ProxyCommand='ssh HOST connect vm1' root@vm1"
    ) { words, access in
        guard let domain = words.first, !domain.isEmpty else {
            throw UsageError(message: "connect needs the name of a domain")
        }
        guard words.count <= 2 else {
            throw UsageError(message: "unexpected argument '\(words[words.startIndex + 2])'")
        }
        var port: UInt16 = 22
        if let word = words.dropFirst().first {
            guard let number = UInt16(word), number > 0 else {
                throw UsageError(message: "'\(word)' is not a port, from 1 to 65535")
            }
            port = number
        }
        // libvirt is not needed while bytes are relayed.
        let socket = try access.withHost { host, gate in
            try host.connect(to: port, ofDomain: domain, gate)
        }
        // On descriptors 0 and 1 directly: this command has no session that moved them.
        let check = access.connectionCheck(domain)
        do { try Relay.run(socket, check) } catch let error as SystemError {
            throw RequestError("the connection to port \(port) of domain '\(domain)' failed", error)
        }
    }
}
