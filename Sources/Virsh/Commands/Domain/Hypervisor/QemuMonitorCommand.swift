import Libvirt

extension Command {
    /// virsh 9.0.0: `cmdQemuMonitorCommand` in virsh-domain.c.
    static let qemuMonitor = Command(
        "qemu-monitor-command", .changes, help: "ask QEMU's monitor past libvirt"
    ) { options in
        let domain = options.domain()
        let human = options.flag("hmp", "the command is for people's monitor")
        let pretty = options.flag("pretty", "indent the answer")
        let returnValue = options.flag("return-value", "only what 'return' holds")
        let files = options.string(
            "pass-fds", "descriptors N,M,... for QEMU", as: .any, positional: false)
        let words = options.rest("cmd", "the command", required: true)

        return { shell, given in
            try given.exclusive(human, pretty)
            try given.exclusive(human, returnValue)
            let domain = try shell.domain(given[domain])
            let human = try given[human]
            let words = try given[words]
            let command = human ? words.joined(separator: " ") : try monitorCommand(words)
            let answer: String
            if let files = try given.files(files) {
                answer = try domain.monitor(command, human: human, files: files)
            } else {
                answer = try domain.monitor(command, human: human)
            }
            let pretty = try given[pretty]
            let returnValue = try given[returnValue]
            guard pretty || returnValue, var value = JSONValue(parsing: answer) else {
                guard !returnValue else {
                    throw CommandFailure("failed to parse JSON returned by qemu")
                }
                return shell.print(answer + "\n")
            }
            if returnValue {
                guard let inner = value["return"] else {
                    throw CommandFailure("'return' member missing")
                }
                value = inner
            }
            var text = value.text(pretty: pretty)
            while text.last?.isWhitespace == true { text.removeLast() }
            shell.print(text)
        }
    }
}

/// The words as one JSON object: they are one, or name a command and its arguments.
/// virsh 9.0.0: `cmdQemuMonitorCommandQMPWrap`.
private func monitorCommand(_ words: [String]) throws(CommandFailure) -> String {
    let all = words.joined(separator: " ")
    if case .object = JSONValue(parsing: all) { return all }
    var command = [(name: "execute", value: JSONValue.string(words.first ?? ""))]
    let rest = words.dropFirst()
    if !rest.isEmpty {
        let text = rest.joined(separator: " ")
        var arguments = JSONValue(parsing: text)
        if case .object = arguments {
        } else {
            var members = rest.joined(separator: ",")
            if members.hasSuffix(",") { members.removeLast() }
            arguments = JSONValue(parsing: "{\(members)}")
        }
        guard let arguments else {
            throw CommandFailure(
                "failed to wrap arguments '\(text)' into a QMP command wrapper")
        }
        command.append((name: "arguments", value: arguments))
    }
    return JSONValue.object(command).text(pretty: false)
}
