import Confinement
import GuestAccess
import Lifetime
import Policy
import Protocol
import System
import Text
import Wire

/// `connect template=rhel9`: the words of `provision`, whose guest standard input and output are
/// then connected to.
struct ConnectToNewGuest {
    let request: RequestFromWords
    /// Whether the request has `stop` although the words do not.
    let impliesStop: Bool
    fileprivate let port: UInt16

    /// `nil` if the words are not such a command: then they name a domain that runs already.
    init?(_ words: [String], _ policy: Policy) throws {
        let options = words.prefix { $0.hasPrefix("-") }
        let rest = words.dropFirst(options.count)
        guard rest.first == StandaloneCommand.connect.name,
            rest.dropFirst().contains(where: { word in
                ["template=", "filter=", "from="].contains(where: word.hasPrefix)
            })
        else { return nil }
        let denial = policy.denial(
            ofCommand: StandaloneCommand.connect.name, called: StandaloneCommand.connect.name,
            changes: true)
        if let denial { throw denial }
        var arguments = Array(rest.dropFirst())
        func names(_ argument: String) -> Bool {
            arguments.contains { $0.hasPrefix("\(argument)=") }
        }
        if !names("wait_port") { arguments.append("wait_port=22") }
        // A guest on demand ends with its session; a domain that exists anyway is stopped, unless
        // the role does not grant that.
        impliesStop = !names("template") && !names("stop") && policy.denialOfStop == nil
        if impliesStop { arguments.append("stop=true") }
        request = try RequestFromWords(
            options + [SessionCommand.provision.name] + arguments, policy)
        guard !request.isJSON else {
            throw UsageError(message: "connect has no reply to print with --json")
        }
        guard request.object["template"] == nil || request.object["lease"] == nil else {
            throw UsageError(
                message: "connect to a new guest takes no 'lease': the guest ends with the login")
        }
        // `provision` itself reports what is not a port.
        port = request.object["wait_port"].flatMap { UInt16($0.source) } ?? 22
    }
}

extension Session {
    /// Makes the guest, connects to it, and returns the exit status when the connection has ended.
    /// The end of the session then ends the guest.
    func run(_ connect: ConnectToNewGuest) throws -> Int32 {
        try run(connect.request) { results in
            guard case .string(let domain)? = results["domain"] else { return }
            let socket = try self.host.connect(to: connect.port, ofDomain: domain, self.gate)
            let check: (() throws -> Void)? =
                self.policy.showsAllObjects
                ? nil : { try self.gate.willLookInto(domainNamed: domain) }
            do {
                try Relay.run(
                    socket, check, from: self.wire.duplicateInput(),
                    to: self.wire.duplicateOutput())
            } catch let error as SystemError {
                throw RequestError("the connection to domain '\(domain)' failed", error)
            }
        }
    }
}
