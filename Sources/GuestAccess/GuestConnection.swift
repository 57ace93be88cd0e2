package import Confinement
package import Libvirt
import Protocol
package import System

extension HostConnection {
    /// A connection to a port of a guest, through the first route that accepts one.
    package func connect(
        to port: UInt16, ofDomain domain: String, _ gate: any EffectGate
    ) throws -> TCPSocket {
        let finder = try RouteFinder(self, to: port, of: domain, gate)
        let routes = try finder.routes(askingAgent: true, orLinkLocal: true)
        guard !routes.isEmpty else {
            throw RequestError(
                .notFound,
                "no address known for domain '\(domain)', and no forward leads to its port "
                    + "\(port)", object: domain)
        }
        var outcomes: [String] = []
        for route in routes {
            if let objection = finder.objectionBeforeConnecting(to: route) {
                outcomes.append("\(route.text): \(objection)")
                continue
            }
            do throws(SystemError) {
                let socket = try TCPSocket(connectingTo: route.address, port: route.port)
                // Connect before asking: only then has the kernel resolved the address.
                if try !socket.hasConnected(within: .seconds(10)) {
                    outcomes.append("\(route.text) does not answer")
                } else if let objection = finder.objection(to: route) {
                    outcomes.append("\(route.text): \(objection)")
                } else {
                    return socket
                }
            } catch {
                outcomes.append("\(route.text): \(error.message.lowercased())")
            }
        }
        throw RequestError(
            .system,
            "port \(port) of domain '\(domain)' cannot be reached: "
                + outcomes.joined(separator: "; "), object: domain)
    }
}
