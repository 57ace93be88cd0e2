import Libvirt
import Protocol
import Text
import Virsh

extension SessionCommand {
    ///     C: {"cmd": "virsh", "args": ["domstate", "vm1"]}
    ///     S: {"success": true, "cmd": "virsh", "args": ["domstate", "vm1"], "reply": "running\n"}
    static let virsh = SessionCommand(
        "virsh", .dependsOnWords, isOriginal: true, inWords: .virsh,
        summary: "run a virsh command; 'virsh help' lists virsh's commands"
    ) { parameters in
        let words = parameters.strings("args", "the words after 'virsh -q'")

        return { session, request in
            let host = session.host
            // In words everything is printed as it is produced, and as virsh prints it for people:
            // scripts skip the headings of its tables.
            let isPrinted = session.clientStreams?.output != nil
            let shell = Shell(
                uri: host.uri, quiet: !isPrinted, streams: session.clientStreams
            ) { (uri, readOnly) throws(LibvirtError) in
                try host.open(uri, readOnly: readOnly)
            }
            let isSuccess = shell.run(try request[words])
            guard isSuccess else {
                session.hasPrintedError = isPrinted
                let kind =
                    shell.isObjectNotFound ? .notFound : shell.lastError.map(RequestError.Kind.init)
                throw RequestError(
                    kind ?? .badRequest, shell.output.text, libvirt: shell.lastError)
            }
            return isPrinted ? [:] : ["reply": .string(shell.output.text)]
        }
    }
}
