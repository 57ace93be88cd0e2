import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdSendProcessSignal` in virsh-domain.c.
    static let sendProcessSignal = Command(
        "send-process-signal", .guest, on: .domain, help: "send a signal to a process of a guest"
    ) { options in
        let domain = options.domain()
        let process = options.data("pid", "process id in the guest", as: .int64)
        let signal = options.data("signame", "name or number of the signal")

        return { shell, given in
            let domain = try shell.domain(given[domain])
            let process = try given[process]
            let word = try given[signal]
            guard let signal = signalNumber(word) else {
                throw CommandFailure("malformed signal name: \(word)")
            }
            try domain.send(signal: signal, toProcess: process)
        }
    }
}

/// Parses a number or a name such as `SIGKILL`, `sig_kill` or `kill`.
/// virsh 9.0.0: `getSignalNumber`.
private func signalNumber(_ word: String) -> UInt32? {
    let word = word.lowercased()
    // A number is not looked up in the list: libvirt or the guest refuses an unknown one.
    if let number = signedNumber(word).flatMap({ Int32(exactly: $0) }) {
        return UInt32(exactly: number)
    }
    let name =
        word.hasPrefix("sig_")
        ? word.dropFirst(4)
        : word.hasPrefix("sig") ? word.dropFirst(3) : word[...]
    return processSignals.firstIndex(of: String(name)).map { UInt32($0) }
}

/// In the order of libvirt's `virDomainProcessSignal`: the real-time signals follow the others.
/// virsh 9.0.0: `virshDomainProcessSignal`.
let processSignals =
    [
        "nop", "hup", "int", "quit", "ill", "trap", "abrt", "bus", "fpe", "kill", "usr1", "segv",
        "usr2", "pipe", "alrm", "term", "stkflt", "chld", "cont", "stop", "tstp", "ttin", "ttou",
        "urg", "xcpu", "xfsz", "vtalrm", "prof", "winch", "poll", "pwr", "sys",
    ] + (0...32).map { "rt\($0)" }
