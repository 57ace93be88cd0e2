import Protocol
import System

/// The path of an installed program; `nil` if it is not installed. Directories of system
/// administration programs are searched even if PATH does not name them.
func program(_ name: String) -> String? {
    let path = (ProcessInformation.environment("PATH") ?? "").split(separator: ":")
    return (["/usr/sbin", "/usr/bin", "/sbin", "/bin"] + path.filter { $0.hasPrefix("/") })
        .map { "\($0)/\(name)" }.first(where: isProgram)
}

/// Runs a program and returns its output; fails if it is missing, fails, or is not done in time.
func output(of words: [String], until deadline: ContinuousClock.Instant) throws -> String {
    let name = words.first.map(programName(of:)) ?? ""
    guard let path = program(name) else {
        throw RequestError(.notFound, "the program '\(name)' is not installed")
    }
    let (ending, output) = try ChildProcess.run([path] + words.dropFirst(), until: deadline)
    let text = String(decoding: output, as: UTF8.self)
    guard ending == .exit(0) else {
        let line = text.split(whereSeparator: \.isNewline).first.map { ": \($0)" } ?? ""
        if case .signal = ending {
            throw RequestError(.system, "'\(name)' took too long or was killed\(line)")
        }
        // Every program that a check runs needs root's rights; without them, that is why it fails.
        throw RequestError(ProcessInformation.isRoot ? .system : .denied, "'\(name)' failed\(line)")
    }
    return text
}
