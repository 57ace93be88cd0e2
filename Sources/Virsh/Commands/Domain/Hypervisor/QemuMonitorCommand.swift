import Libvirt
import Policy
import Text

extension Command {
    /// virsh 9.0.0: `cmdQemuMonitorCommand` in virsh-domain.c.
    static let qemuMonitor = Command(
        "qemu-monitor-command", .never, on: .domain, help: "send a command to QEMU's monitor"
    ) { options in
        let domain = options.domain()
        let human = options.flag("hmp", "the command is in the human monitor protocol")
        let pretty = options.flag("pretty", "pretty-print the reply")
        let returnValue = options.flag("return-value", "print only the 'return' member")
        let files = options.string(
            "pass-fds", "descriptors N,M,... for QEMU", as: .any, place: .named)
        let words = options.rest("cmd", "command and arguments", required: true)

        return { shell, given in
            try given.exclusive(human, pretty)
            try given.exclusive(human, returnValue)
            let domain = try shell.domain(given[domain])
            let human = try given[human]
            let words = try given[words]
            let command = human ? words.joined(separator: " ") : try monitorCommand(words)
            let reply: String
            if let files = try given.files(files) {
                reply = try domain.monitor(command, human: human, files: files)
            } else {
                reply = try domain.monitor(command, human: human)
            }
            let pretty = try given[pretty]
            let returnValue = try given[returnValue]
            // Without these options, and if a reply to --pretty is not JSON, print it as it is.
            guard pretty || returnValue, var value = JSONValue(libvirt: reply) else {
                guard !returnValue else {
                    throw CommandFailure("failed to parse JSON returned by qemu")
                }
                return shell.print(reply + "\n")
            }
            if returnValue {
                guard let inner = value["return"] else {
                    throw CommandFailure("'return' member missing")
                }
                value = inner
            }
            // virsh ends a formatted reply without the newline.
            var text = value.libvirtText(pretty: pretty)
            while text.last?.isWhitespace == true { text.removeLast() }
            shell.print(text)
        }
    }
}

/// The QMP command for the words: they form a JSON object together, or they are the name of a
/// command followed by its arguments. virsh 9.0.0: `cmdQemuMonitorCommandQMPWrap`.
private func monitorCommand(_ words: [String]) throws(CommandFailure) -> String {
    let all = words.joined(separator: " ")
    if case .object = JSONValue(libvirt: all) { return all }
    var command = [(name: "execute", value: JSONValue.string(words.first ?? ""))]
    let rest = words.dropFirst()
    if !rest.isEmpty {
        // The arguments are an object, or the members of one: `'"device":"vda"'`, ...
        let text = rest.joined(separator: " ")
        var arguments = JSONValue(libvirt: text)
        if case .object = arguments {
        } else {
            var members = rest.joined(separator: ",")
            if members.hasSuffix(",") { members.removeLast() }
            arguments = JSONValue(libvirt: "{\(members)}")
        }
        guard let arguments else {
            throw CommandFailure(
                "failed to wrap arguments '\(text)' into a QMP command wrapper")
        }
        command.append((name: "arguments", value: arguments))
    }
    return JSONValue.object(command).libvirtText(pretty: false)
}
