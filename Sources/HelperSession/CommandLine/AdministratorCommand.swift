import CleanUp
import Libvirt
import Lifetime
import Policy
import Protocol
package import System
import Text
import Volumes

/// A command in the place of the URI, for the administrator. A client's words never reach it.
package struct AdministratorCommand {
    package enum Name: String {
        case policyCheck = "policy-check"
        case explain
        case cleanUp = "clean-up"

        package var usage: String {
            switch self {
            case .policyCheck: "policy-check FILE"
            case .explain: "[--policy FILE] explain ROLE REQUEST"
            case .cleanUp: "clean-up [SECONDS]"
            }
        }
    }

    private let name: Name
    private let words: [String]

    /// `nil` if the number of words is wrong.
    package init?(_ name: Name, _ words: [String]) {
        let isRight =
            switch name {
            case .policyCheck: words.count == 1
            case .explain: words.count >= 2
            case .cleanUp: words.isEmpty || words.count == 1 && Self.seconds(words[0]) != nil
            }
        guard isRight else { return nil }
        self.name = name
        self.words = words
    }

    /// Prints the result and returns the exit status.
    package func run(
        policyPath: String?, output: borrowing FileDescriptor, errors: borrowing FileDescriptor
    ) throws -> Int32 {
        switch name {
        case .policyCheck: try checkPolicy(output, errors)
        case .explain: try explain(policyPath ?? PolicyFile.standardPath, output, errors)
        case .cleanUp: try cleanUp(output, errors)
        }
    }

    // MARK: clean-up

    private static func seconds(_ word: String) -> Int? {
        Int(word).flatMap { (0...86400).contains($0) ? $0 : nil }
    }

    /// 0 if nothing is left, else 1. With SECONDS, tries again for that long while something is
    /// left, and waits at least five seconds for sessions that are just ending.
    private func cleanUp(
        _ output: borrowing FileDescriptor, _ errors: borrowing FileDescriptor
    ) throws -> Int32 {
        LibvirtError.silenceLibrary()
        // A session that started this process need not wait for its end.
        SignalHandling.ignoreBrokenPipes()
        let start = ContinuousClock.now
        let limit = Duration.seconds(words.first.flatMap(Self.seconds) ?? 0)
        let cleanUp = CleanUp(.standard, users: users(of:_:))
        var undone = 0
        var isFirst = true
        while true {
            let result = try cleanUp.pass()
            undone += result.undone.count
            let isLast: Bool
            let passed = ContinuousClock.now - start
            if result.hasUnfinished {
                isLast = passed >= limit
            } else {
                isLast = passed >= min(limit, .seconds(5))
            }
            if isFirst || isLast {
                for line in result.failed { writeIfPossible("\(line)\n", to: errors) }
            }
            let lines = result.undone.map { "\($0)\n" }.joined()
            // In one step: a session waits for the end of the first pass.
            if isFirst || isLast || !lines.isEmpty {
                writeIfPossible(
                    "\(lines)\(undone) undone, \(result.failed.count) left\n", to: output)
            }
            if isLast { return result.failed.isEmpty ? 0 : 1 }
            isFirst = false
            // A daemon that comes back is seen at once; one that is away for long is not bothered.
            pause(milliseconds: passed < .seconds(90) ? 100 : 2000)
        }
    }

    private func writeIfPossible(_ text: String, to stream: borrowing FileDescriptor) {
        do throws(SystemError) { try write(text, to: stream) } catch {}
    }

    // MARK: policy-check

    /// 0 if sessions can use the file, even if there are warnings; else 1.
    private func checkPolicy(
        _ output: borrowing FileDescriptor, _ errors: borrowing FileDescriptor
    ) throws -> Int32 {
        let path = absolutePath(words[0])
        let file: PolicyFile
        do throws(PolicyFileError) { file = try .readExisting(path, .program) } catch {
            try write("\(error.message)\n", to: errors)
            return 1
        }
        let warnings = file.warnings
        for warning in warnings {
            try write("\(path):\(warning.line): warning: \(warning.problem)\n", to: errors)
        }
        let names = file.roles.map(\.name).joined(separator: ", ")
        try write(
            "\(path): no errors, \(warnings.count) warning\(warnings.count == 1 ? "" : "s"); "
                + (names.isEmpty ? "it has no roles\n" : "roles: \(names)\n"), to: output)
        return 0
    }

    // MARK: explain

    /// 0 if the role permits the request, 1 if not, 2 if there is no answer.
    private func explain(
        _ path: String, _ output: borrowing FileDescriptor, _ errors: borrowing FileDescriptor
    ) throws -> Int32 {
        do {
            let path = absolutePath(path)
            let file = try PolicyFile.readExisting(path, .program)
            guard let role = file.role(named: words[0]) else {
                throw PolicyFileError(path: path, problem: "there is no role '\(words[0])'")
            }
            let explanation = Explanation(role, try Explanation.Request(words.dropFirst()))
            try write("role '\(role.name)' in \(path)\n\(explanation.text)", to: output)
            return explanation.isAllowed ? 0 : 1
        } catch let error as PolicyFileError {
            try write("\(error.message)\n", to: errors)
        } catch let error as UsageError {
            try write("atex-virt-helper: \(error.message)\n", to: errors)
        }
        return 2
    }

    private func absolutePath(_ path: String) -> String {
        path.utf8.first == UInt8(ascii: "/") ? path : "\(currentDirectory())/\(path)"
    }

    private func write(
        _ text: String, to stream: borrowing FileDescriptor
    ) throws(SystemError) {
        try stream.write(Array(printableLines(text).utf8))
    }
}
