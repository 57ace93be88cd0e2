import Libvirt
import Virsh

extension SessionCommand {
    ///     C: {"cmd": "virsh", "args": ["domstate", "vm1"]}
    ///     S: {"success": true, "cmd": "virsh", "args": ["domstate", "vm1"], "reply": "running\n"}
    static let virsh = SessionCommand(
        "virsh", isOriginal: true,
        summary: "what 'virsh -q' would print; 'virsh help' tells its commands"
    ) { parameters in
        let words = parameters.strings("args", "the words that would follow 'virsh -q'")

        return { session, request in
            let host = session.host
            let shell = Shell(uri: host.uri) { (uri, readOnly) throws(LibvirtError) in
                try host.open(uri, readOnly: readOnly)
            }
            guard shell.run(try request[words]) else {
                let kind =
                    shell.isObjectNotFound ? .notFound : shell.lastError.map(Refusal.Kind.init)
                throw Refusal(
                    kind ?? .badRequest, shell.output.text, libvirt: shell.lastError)
            }
            return ["reply": .string(shell.output.text)]
        }
    }
}
