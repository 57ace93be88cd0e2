import Confinement
import Policy
import System

// Gate 2: what a role may do with virsh. It works on parsed commands, after names, aliases and
// abbreviated options were resolved, never on text.

extension Policy {
    /// Fails unless a call is granted: its command, its options and the files that it names. A call
    /// with a mistake is checked as far as it was parsed.
    func check(_ call: Call) throws(Denial) {
        guard let role = limits else { return }
        let command = call.command
        // The class of the command also grants a use that only reads.
        guard
            grants(command, as: call.use, role) || grants(command, as: command.virshClass, role)
        else { throw .notGranted(command) }
        for (index, word) in call.given.values {
            let option = call.options[index]
            switch option.access {
            case .covered, .selects: break
            case .needs(let use):
                guard grants(command, as: use, role) else { throw .notGranted(option, of: command) }
            case .only(let values):
                guard let word, !values.contains(word) else { break }
                throw Denial("'\(word)' as '--\(option.name)' of '\(command.name)' is not granted")
            case .refused: throw .notGranted(option, of: command)
            }
            if option.names.contains(.file), let word { try checkFile(word) }
        }
        // `help COMMAND` and `COMMAND --help` explain what is granted.
        if command.name == Command.help.name, let word = call.given.word(0),
            let explained = Command.named(word, in: nil), !grants(explained)
        {
            throw .notGranted(explained)
        }
    }

    /// Fails unless a word names a file of the session's directory.
    func checkFile(_ word: String) throws(Denial) {
        guard limits != nil, FileName(word) == nil else { return }
        throw Denial(
            "file '\(word)' is not granted; a file argument is the name of a file in the session's "
                + "directory, such as one that 'upload' created, without a path")
    }

    /// Whether any use of a command is granted. `help` lists only such commands.
    func grants(_ command: Command) -> Bool {
        guard let role = limits else { return true }
        return grants(command, as: command.virshClass, role)
            || command.mayOnlyRead && grants(command, as: .read, role)
    }

    /// Whether an option can be granted; `help` leaves out the others.
    func shows(_ option: Option) -> Bool { limits == nil || option.access != .refused }

    /// Fails unless one of virsh's own options is granted.
    func check(_ option: GlobalOption) throws(Denial) {
        guard limits != nil else { return }
        switch option.kind {
        // Messages of `--debug` would precede a denial, and a keepalive changes the connection
        // that the session's other requests use.
        case .connect, .debug, .keepAliveInterval, .keepAliveCount, .log:
            throw Denial("virsh option '\(option.spelling)' is not granted")
        case .help:
            guard grants(.help) else { throw .notGranted(.help) }
        case .version, .longVersion:
            guard grants(.version) else { throw .notGranted(.version) }
        case .escape, .noAgent, .quiet, .readOnly, .timing: break
        }
    }

    /// Why one of the calls is not granted; `nil` if all are.
    func denial(of calls: [Call]) -> Denial? {
        do throws(Denial) { for call in calls { try check(call) } } catch { return error }
        return nil
    }

    private func grants(_ command: Command, as use: VirshClass, _ role: Role) -> Bool {
        if role.isReadOnly, use != .read, use != .host { return false }
        return allows(virsh: command.name, as: use)
    }
}

// The values that a role limits.
extension Policy {
    /// Fails if a domain's memory would be more than the role's `max-memory`.
    func check(memoryBytes bytes: UInt64) throws(Denial) {
        guard let role = limits, bytes > role.maxMemoryBytes else { return }
        throw Denial("\(bytes) bytes of memory are more than the \(role.maxMemoryBytes) granted")
    }

    /// Fails if a domain's number of vCPUs would be more than the role's `max-vcpus`.
    func check(vcpus count: UInt32) throws(Denial) {
        guard let role = limits, Int(count) > role.maxVCPUs else { return }
        throw Denial("\(count) vCPUs are more than the \(role.maxVCPUs) granted")
    }

    /// Fails if a domain could get more I/O threads than XML may give it: each has a number of its
    /// own.
    func check(ioThread id: UInt32) throws(Denial) {
        guard limits != nil, let most = XMLLimits.maximum(of: "", at: "domain/iothreads"),
            id > most
        else { return }
        throw Denial("I/O thread \(id) is not granted; the numbers are 1 to \(most)")
    }
}

extension Denial {
    fileprivate static func notGranted(_ command: Command) -> Denial {
        Denial("virsh command '\(command.name)' is not granted")
    }

    fileprivate static func notGranted(_ option: Option, of command: Command) -> Denial {
        Denial("option '--\(option.name)' of virsh command '\(command.name)' is not granted")
    }
}
