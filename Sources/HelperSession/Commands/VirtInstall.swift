import Libvirt
import Protocol
import VirtInstall
import Wire

extension SessionCommand {
    ///     C: {"cmd": "virt-install", "args": ["--name", "vm9", "--import", ...]}
    ///     S: {"success": true, "cmd": "virt-install", "args": [...]}
    static let virtInstall = SessionCommand(
        "virt-install", .changes, isOriginal: true,
        summary: "create and install a domain; virt-install's output goes to stderr"
    ) { parameters in
        let words = parameters.strings("args", "the words after 'virt-install'")
        let destroys = parameters.flag(
            "destroy_on_error", "destroy the domain if it fails or the client disconnects")

        return { session, request in
            let words = try request[words]
            let destroys = try request[destroys]
            // The original helper needs the name to destroy the domain; clients match its error.
            if destroys, domainName(words) == nil, !namesGuest(words) {
                throw RequestError(
                    .badRequest, "destroy_on_error requested, but no -n/--name given in args")
            }
            let host = session.host
            // The original runs virt-install on a terminal, which prints CR LF.
            let output = InstallOutput(
                write: { session.writeOutput(Array($0.replacing("\n", with: "\r\n").utf8)) },
                writeBytes: { session.writeOutput(Array($0)) })
            let status = install(words, output: output, destroysOnError: destroys) { uri in
                try host.open(uri ?? host.uri, readOnly: false)
            }
            guard status == 0 else {
                // 2 is the exit status of Python's argparse for wrong words.
                throw RequestError(
                    status == 2 ? .badRequest : .libvirt, "virt-install exited with \(status)")
            }
            return [:]
        }
    }
}

/// The domain's name in words that need not be valid: `-n X`, `-nX`, `--name X`, `--name=X`.
private func domainName(_ words: [String]) -> String? {
    for (index, word) in words.enumerated() {
        if word == "-n" || word == "--name" {
            if words.indices.contains(index + 1) { return words[index + 1] }
        } else if word.hasPrefix("--name=") {
            return String(word.dropFirst("--name=".count))
        } else if word.hasPrefix("-n"), !word.hasPrefix("--") {
            return String(word.dropFirst(2))
        }
    }
    return nil
}

extension Session {
    /// Ignores that the reader is gone: `ClientWatch` notices that and ends the process.
    fileprivate func writeOutput(_ bytes: [UInt8]) {
        do { try wire.writeError(bytes[...]) } catch {}
    }
}
