import Libvirt
import Policy
import Protocol
import System
import Text
import Virsh
import Wire

extension SessionCommand {
    ///     C: {"cmd": "virsh", "args": ["domstate", "vm1"]}
    ///     S: {"success": true, "cmd": "virsh", "args": ["domstate", "vm1"], "reply": "running\n"}
    static let virsh = SessionCommand(
        "virsh", .dependsOnWords, isOriginal: true, inWords: .virsh,
        group: .everyday,
        summary: "run a virsh command; 'virsh help' lists virsh's commands",
        example: "ssh HOST virsh list --all"
    ) { parameters in
        let words = parameters.strings("args", "the words after 'virsh -q'")

        return { session, request in
            let host = session.host
            // In words everything is printed as it is produced, and as virsh prints it for people:
            // scripts skip the headings of its tables.
            let isPrinted = session.clientStreams?.output != nil
            let shell = Shell(
                uri: host.uri, quiet: !isPrinted, streams: session.clientStreams,
                policy: session.policy, gate: session.gate,
                observe: { try session.audit.record($0) },
                connect: { (uri, readOnly) throws(LibvirtError) in
                    try host.open(uri, readOnly: readOnly)
                })
            let isSuccess = shell.run(try request[words])
            guard isPrinted || !shell.output.isCut else {
                throw RequestError(
                    .badRequest,
                    "virsh printed more than a reply can have (\(Wire.replyLimit) bytes); no command "
                        + "ran after that one; ask for less at a time")
            }
            guard Cancellation.current?.isCancelled != true else {
                throw CancelledAfterChanges(
                    message: "the request was cancelled; what virsh commands had changed stays")
            }
            guard isSuccess else {
                session.hasPrintedError = isPrinted
                throw RequestError(
                    kind(of: shell), shell.output.text, libvirt: shell.lastError,
                    isPolicyDenial: shell.denial != nil)
            }
            return isPrinted ? [:] : ["reply": .string(shell.output.text)]
        }
    }
}

/// The kind of a failure of virsh.
private func kind(of shell: Shell) -> RequestError.Kind {
    if shell.denial != nil { return .denied }
    if shell.isBusy { return .busy }
    if shell.isObjectNotFound { return .notFound }
    return shell.lastError.map(RequestError.Kind.init) ?? .badRequest
}

extension AuditLog {
    /// Records what a request asks of virsh; also that a change begins, if it is granted.
    fileprivate func record(_ request: VirshRequest) throws(Denial) {
        setWhat(request.commands.joined(separator: " "))
        for (kind, name) in request.objects {
            if let kind = ObjectKind(rawValue: kind) { add(kind, name) }
        }
        if request.denial == nil, request.isChange { try willChange() }
    }
}
