import Libvirt
import Protocol
import System
import Text
import Wire

extension Session {
    /// Commands that log in to the guest that `provision` has prepared, ready to paste; empty after
    /// other commands.
    func loginCommands(_ results: Reply.Results, _ request: RequestObject) -> [String] {
        guard case .string(let domain)? = results["domain"], results["forwards"] != nil,
            // Other names would have to be quoted for two shells.
            domain.utf8.allSatisfy({ isPlain($0) })
        else { return [] }
        var commands: [String] = []
        // With `wait_port`, the address belongs to that port, which need not be that of ssh.
        let waitPort = request["wait_port"]?.source ?? "22"
        if waitPort == "22", case .string(let address)? = results["address"],
            case .number(let port)? = results["port"]
        {
            let option = port == "22" ? "" : "-p \(port) "
            commands.append("ssh \(option)root@\(address)")
        }
        commands.append("ssh -o ProxyCommand='\(helperCommand) connect \(domain)' root@\(domain)")
        return commands
    }

    /// The words that run this program from where the person is.
    private var helperCommand: String {
        guard let host = client.hostAddress else {
            return (["atex-virt-helper"] + (host.uri.map { [$0] } ?? [])).joined(separator: " ")
        }
        let option = client.hostPort.map { $0 == "22" ? "" : "-p \($0) " } ?? ""
        return "ssh \(option)\(client.user)@\(host)"
    }
}

private func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"),
        UInt8(ascii: "-"):
        true
    default: false
    }
}
