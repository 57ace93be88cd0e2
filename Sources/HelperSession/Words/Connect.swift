import Host
import Libvirt

extension PersonCommand {
    ///     ssh -o ProxyCommand='ssh host connect vm1' root@vm1
    static let connect = PersonCommand(
        name: "connect", usage: "DOMAIN [PORT]",
        summary: "lead standard input and output to a port of a guest, 22 by default"
    ) { words, uri in
        guard let domain = words.first, !domain.isEmpty else {
            throw UsageError(message: "connect needs the name of a domain")
        }
        guard words.count <= 2 else {
            throw UsageError(message: "'\(words[words.startIndex + 2])' is one word too many")
        }
        var port: UInt16 = 22
        if let word = words.dropFirst().first {
            guard let number = UInt16(word), number > 0 else {
                throw UsageError(message: "'\(word)' is no port, from 1 to 65535")
            }
            port = number
        }
        try Relay.run(try connection(to: port, of: domain, uri))
    }
}

/// A connection to a port of a guest, by the first way that accepts one. That to libvirt ends here.
private func connection(
    to port: UInt16, of domain: String, _ uri: String?
) throws -> TCPSocket {
    let finder = try WayFinder(HostConnection(uri: uri), to: port, of: domain)
    let ways = try finder.ways(askingAgent: true)
    guard !ways.isEmpty else {
        throw Refusal(
            .notFound,
            "nobody knows an address of domain '\(domain)', and no forward leads to its port "
                + "\(port)", object: domain)
    }
    var outcomes: [String] = []
    for way in ways {
        do throws(SystemError) {
            let socket = try TCPSocket(connectingTo: way.address, port: way.port)
            if try !socket.hasConnected(within: .seconds(10)) {
                outcomes.append("\(way.text) does not answer")
            } else if finder.confirms(way) {
                return socket
            } else {
                outcomes.append("\(way.text) is another machine, says the host's ARP table")
            }
        } catch {
            outcomes.append("\(way.text): \(error.message.lowercased())")
        }
    }
    throw Refusal(
        .system,
        "port \(port) of domain '\(domain)' cannot be reached: "
            + outcomes.joined(separator: "; "), object: domain)
}
