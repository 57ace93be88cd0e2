import Host
import Libvirt
import VirtInstall

extension SessionCommand {
    ///     C: {"cmd": "virt-install", "args": ["--name", "vm9"]}
    ///     S: {"success": false, "cmd": "virt-install", "args": ["--name", "vm9"], "reply": ...}
    static let virtInstall = SessionCommand(
        "virt-install", isOriginal: true, summary: "install a domain; what it says goes to stderr"
    ) { parameters in
        let words = parameters.strings("args", "the words that would follow 'virt-install'")
        _ = parameters.flag("destroy_on_error", "destroy the domain if the installation fails")

        return { session, request in
            let host = session.host
            let output = Output { text in session.say(text) }
            let status = install(try request[words], output: output) { uri in
                try host.open(uri ?? host.uri, readOnly: false)
            }
            guard status == 0 else { throw Refusal(.libvirt, "virt-install exited with \(status)") }
            return [:]
        }
    }
}

extension Session {
    /// Writes what a run says; that nobody reads it any more is for `Lifeline` to see.
    fileprivate func say(_ text: String) {
        do { try wire.writeError(text) } catch {}
    }
}
