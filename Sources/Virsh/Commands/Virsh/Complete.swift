import Libvirt
import Policy
import Text

extension Command {
    /// virsh 9.0.0: `cmdComplete` and `vshReadlineParse` in vsh.c.
    static let complete = Command(
        "complete", .never, help: "print the possible completions of a command line",
        needsConnection: false, isHidden: true
    ) { options in
        let words = options.rest(
            "string", "the words of the command line; the last one may be incomplete")

        return { shell, given in
            let words = try given[words]
            guard !words.isEmpty else { throw CommandFailure.silent }
            _ = try shell.connection
            let line = words.joined(separator: " ")
            // Escape blanks and backslashes, since shells insert the completion into a command
            // line.
            let completions = try shell.completions(of: line).map {
                $0.replacing("\\", with: "\\\\").replacing(" ", with: "\\ ")
            }
            let fitting = completions.filter {
                $0.unicodeScalars.starts(with: (words.last ?? "").unicodeScalars)
            }
            guard !fitting.isEmpty else { throw CommandFailure.silent }
            for completion in fitting { shell.print(completion + "\n") }
        }
    }
}

/// An incomplete command line.
private struct PartialCall {
    let command: Command
    let options: [Option]
    /// The indices of the options that were given, in order.
    var given: [Int] = []
    /// The index of the option whose value is the last word.
    var unfinished: Int?

    init(_ command: Command, _ version: LibvirtVersion) {
        self.command = command
        options = command.declared(for: version).options
    }
}

extension Shell {
    fileprivate func completions(of line: String) throws -> [String] {
        let lastWord = line.split(separator: " ", omittingEmptySubsequences: false).last ?? ""
        // Without a blank after it, a command's name is still being typed.
        guard let call = partialCall(line), call.command.name != lastWord else {
            return commandNames
        }
        guard let unfinished = call.unfinished else { return optionNames(of: call) }
        let option = call.options[unfinished]
        if case .flag = option.kind { return optionNames(of: call) }
        return try values(of: option, of: call.command)
    }

    private var commandNames: [String] {
        Group.all.flatMap { $0.shownCommands(in: version) }.map(\.name)
    }

    private func optionNames(of call: PartialCall) -> [String] {
        call.options.indices.filter { index in
            switch call.options[index].kind {
            case .alias: false
            case .rest: true
            default: !call.given.contains(index)
            }
        }.map { "--" + call.options[$0].name }
    }

    /// The last command of the line; `nil` if its name is incomplete or unknown.
    private func partialCall(_ line: String) -> PartialCall? {
        var tokens = ShellWords(line, .virsh)
        var call: PartialCall?
        var dataOnly = false
        func next() -> ShellWords.Token {
            do throws(SyntaxError) {
                return try tokens.token(reportsOpenQuotes: false)
            } catch {
                return .endOfInput
            }
        }
        while true {
            guard case .word(let word) = next() else {
                // At the end of a command, start again with the one after it.
                if tokens.remaining == 0 { return call }
                call = nil
                dataOnly = false
                continue
            }
            guard let current = call else {
                guard let command = Command.named(word, in: version) else { return nil }
                call = PartialCall(command, version)
                continue
            }
            if !dataOnly, word == "--" {
                dataOnly = true
                continue
            }
            var index = bareWordOption(of: current)
            if !dataOnly, word.hasPrefix("--") {
                let parts = word.dropFirst(2).split(
                    separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                index = current.options.firstIndex {
                    if case .alias = $0.kind { return false }
                    return $0.name == parts[0]
                }
                if let index, needsValue(current.options[index]), parts.count == 1 {
                    // Only the blank after the option is left, so its value is to be completed.
                    let isLast = tokens.remaining == 1
                    guard case .word = next() else {
                        call?.given.append(index)
                        if isLast { call?.unfinished = index }
                        return call
                    }
                }
            }
            // After a syntax error, complete what was parsed before it.
            guard let index else { return call }
            call?.given.append(index)
            if tokens.remaining == 0 { call?.unfinished = index }
        }
    }

    private func needsValue(_ option: Option) -> Bool {
        if case .flag = option.kind { false } else { true }
    }

    /// The option that would consume a bare word.
    private func bareWordOption(of call: PartialCall) -> Int? {
        call.options.indices.first { index in
            let option = call.options[index]
            switch option.kind {
            case .flag, .alias: return false
            case .rest: return option.placement != .named
            default: return option.placement != .named && !call.given.contains(index)
            }
        }
    }

    /// The possible values of an option; empty if they are unknown. virsh has a completer per
    /// option; an option's name decides here, because it means the same kind of object in every
    /// command.
    private func values(of option: Option, of command: Command) throws -> [String] {
        let connection = try connection
        let names: [String]? =
            switch option.name {
            case "domain" where command.name == "domname":
                attempt { () throws(LibvirtError) in
                    var names: [String] = []
                    for domain in try connection.domains() { names.append(try domain.uuid()) }
                    return names
                }
            case "domain":
                attempt { () throws(LibvirtError) in
                    var names: [String] = []
                    for domain in try connection.domains(domainFilter(of: command.name)) {
                        names.append(try domain.name())
                    }
                    return names
                }
            case "pool", "inputpool":
                attempt { () throws(LibvirtError) in
                    var names: [String] = []
                    for pool in try connection.storagePools() { names.append(try pool.name()) }
                    return names
                }
            case "network":
                attempt { () throws(LibvirtError) in
                    var names: [String] = []
                    for network in try connection.networks() { names.append(try network.name()) }
                    return names
                }
            case "device" where command.name.hasPrefix("nodedev-"):
                attempt { () throws(LibvirtError) in
                    var names: [String] = []
                    for device in try connection.nodeDevices([]) { names.append(try device.name()) }
                    return names
                }
            case "secret":
                attempt { () throws(LibvirtError) in
                    var names: [String] = []
                    for secret in try connection.secrets() { names.append(try secret.uuid()) }
                    return names
                }
            case "command" where command.name == "help": commandNames
            default: fixedValues(of: option.name, of: command.name)
            }
        return names ?? []
    }

    private func fixedValues(of option: String, of command: String) -> [String] {
        switch (command, option) {
        case ("shutdown", "mode"), ("reboot", "mode"): shutdownModes.map(\.key)
        case ("event", "event"): DomainEvent.Kind.names
        case ("net-event", "event"): ["lifecycle"]
        case ("pool-event", "event"): ["lifecycle", "refresh"]
        case ("nodedev-event", "event"): ["lifecycle", "update"]
        case ("secret-event", "event"): ["lifecycle", "value-changed"]
        case ("dump", "format"): Domain.DumpFormat.names
        case ("send-process-signal", "signame"): processSignals
        case ("send-key", "codeset"): Domain.KeycodeSet.names
        case ("set-lifecycle-action", "type"): Domain.LifecycleEvent.names
        case ("set-lifecycle-action", "action"): Domain.LifecycleAction.names
        case ("dompmsuspend", "target"), ("nodesuspend", "target"): SuspendTarget.names
        default: []
        }
    }
}

/// The domains that a command can be applied to. virsh 9.0.0: the flags of its option's completer.
private func domainFilter(of command: String) -> Connection.DomainFilter {
    switch command {
    case "start": .inactive
    case "autostart", "undefine": .persistent
    case "suspend", "dompmsuspend": .running
    case "resume": .paused
    case "dompmwakeup": .otherState
    case "managedsave-remove", "managedsave-edit", "managedsave-dumpxml", "managedsave-define":
        .withManagedSave
    case "checkpoint-edit", "checkpoint-info", "checkpoint-list", "checkpoint-dumpxml",
        "checkpoint-parent":
        .withCheckpoint
    case "checkpoint-delete": [.withCheckpoint, .active]
    case "snapshot-edit", "snapshot-current", "snapshot-info", "snapshot-list",
        "snapshot-dumpxml", "snapshot-parent", "snapshot-revert", "snapshot-delete":
        .withSnapshot
    case "checkpoint-create", "checkpoint-create-as", "blockcommit", "blockcopy", "blockjob",
        "blockpull", "blockresize", "console", "save", "managedsave", "dump", "screenshot",
        "set-user-password", "shutdown", "reboot", "reset", "domjobinfo", "domjobabort",
        "guestvcpus", "domblkthreshold", "cpu-stats", "destroy", "inject-nmi", "send-key",
        "send-process-signal", "qemu-monitor-command", "qemu-agent-command",
        "lxc-enter-namespace", "migrate-setmaxdowntime", "migrate-getmaxdowntime",
        "migrate-compcache", "migrate-setspeed", "migrate-getspeed", "migrate-postcopy",
        "domdisplay", "vncdisplay", "ttyconsole", "domhostname", "domfstrim", "domfsfreeze",
        "domfsthaw", "domfsinfo", "guestinfo", "get-user-sshkeys", "set-user-sshkeys",
        "backup-begin", "backup-dumpxml", "dommemstat", "domcontrol", "domblkstat", "domifstat",
        "domblkerror", "domtime", "domifaddr":
        .active
    default: []
    }
}
