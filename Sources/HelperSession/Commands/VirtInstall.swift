import Confinement
import InstallMedia
import Libvirt
import Policy
import Protocol
import Synchronization
import Text
import Virsh
import VirtInstall
import Wire

extension SessionCommand {
    ///     C: {"cmd": "virt-install", "args": ["--name", "vm9", "--import", ...]}
    ///     S: {"success": true, "cmd": "virt-install", "args": [...]}
    static let virtInstall = SessionCommand(
        "virt-install", .changes, isOriginal: true,
        group: .administration,
        summary: "create and install a domain; virt-install's output goes to stderr",
        example:
            "ssh HOST virt-install --name vm9 --osinfo rhel9.0 --import \\\n    --memory 2048 --disk vol=default/vm9.img --noautoconsole"
    ) { parameters in
        let words = parameters.strings("args", "the words after 'virt-install'")
        let destroys = parameters.flag(
            "destroy_on_error", "destroy the domain if it fails or the client disconnects")

        return { session, request in
            let words = try request[words]
            guard words.count <= ShellWords.limit else {
                throw RequestError(
                    .badRequest,
                    "a virt-install request may have at most \(ShellWords.limit) words, not "
                        + "\(words.count)")
            }
            let destroys = try request[destroys]
            // The original helper needs the name to destroy the domain; clients match its error.
            if destroys, domainName(words) == nil, !namesGuest(words) {
                throw RequestError(
                    .badRequest, "destroy_on_error requested, but no -n/--name given in args")
            }
            let host = session.host
            let streams = session.clientStreams
            let isPrinted = streams?.output != nil
            let files = streams.map { InputFiles.words(openInput: $0.openInput) } ?? .lineProtocol
            let status: Int32
            var loss: LibvirtError?
            do throws(Denial) {
                status = try install(
                    words, output: session.installOutput(isPrinted: isPrinted), files: files,
                    gate: session.installGate, destroysOnError: destroys
                ) { uri in
                    do throws(LibvirtError) {
                        return try host.open(uri ?? host.uri, readOnly: false)
                    } catch {
                        if error.isLoss { loss = error }
                        throw error
                    }
                }
            } catch {
                session.hasPrintedError = isPrinted
                throw RequestError(.denied, error.message)
            }
            guard status == 0 else {
                session.hasPrintedError = isPrinted
                // 2 is the exit status of Python's argparse for wrong words.
                throw RequestError(
                    status == 2 ? .badRequest : loss == nil ? .libvirt : .disconnected,
                    "virt-install exited with \(status)", libvirt: loss)
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

/// The reservation under which a run began.
private final class Claim: Sendable {
    /// `nil`: without a reservation of this session.
    let hold = Mutex<Hold?>(nil)
}

extension Session {
    /// What the session's role permits virt-install.
    fileprivate var installGate: InstallGate {
        var hooks = InstallGate.Hooks()
        hooks.judgeDomain = { [gate] xml in try gate.judged(domain: xml) }
        hooks.judgeVolume = { [gate] xml, pool in try gate.judged(volume: xml, in: pool) }
        let record = reservations.record
        let claimed = Claim()
        hooks.claim = { [gate] name in
            try gate.willCreateOrChange(domain: name)
            claimed.hold.withLock { $0 = record.hold(of: name) }
        }
        hooks.willShowConsole = { [gate] name in try gate.willLookInto(domainNamed: name) }
        hooks.unlessTaken = { (name, body) throws(LibvirtError) in
            try record.lost.alone(on: name) { () throws(LibvirtError) in
                let hold = claimed.hold.withLock { $0 }
                if hold == nil || hold == record.hold(of: name) { try body() }
            }
        }
        hooks.willStart = { [gate] domain in try gate.willStart(domain) }
        hooks.exclusively = { [gate] body in try gate.exclusively(body) }
        return InstallGate(policy, hooks)
    }

    /// In words the two streams of virt-install are the client's. Otherwise standard output carries
    /// the reply, and all output goes to standard error. The original runs virt-install on a
    /// terminal there, which prints CR LF.
    fileprivate func installOutput(isPrinted: Bool) -> InstallOutput {
        let wire = wire
        // Ignores that the reader is gone: `ClientWatch` notices that and ends the process.
        guard isPrinted else {
            return InstallOutput(
                write: { text, _ in
                    do { try wire.writeError(text.replacing("\n", with: "\r\n")) } catch {}
                },
                writeBytes: { do { try wire.writeError($0) } catch {} })
        }
        return InstallOutput(
            write: { text, stream in
                do {
                    switch stream {
                    case .standard: try wire.writeText(printableLines(text))
                    case .progress: try wire.writeText(text)
                    case .error: try wire.writeError(printableLines(text))
                    }
                } catch {}
            },
            writeBytes: { do { try wire.writeBody($0) } catch {} })
    }
}
