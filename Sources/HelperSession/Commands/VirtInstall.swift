extension SessionCommand {
    ///     C: {"cmd": "virt-install", "args": ["--name", "vm9"]}
    ///     S: {"success": false, "cmd": "virt-install", "args": ["--name", "vm9"], "reply": ...}
    static let virtInstall = SessionCommand(
        "virt-install", isOriginal: true,
        summary: "install a domain (not supported by this version)"
    ) { parameters in
        _ = parameters.strings("args", "the words that would follow 'virt-install'")
        _ = parameters.flag("destroy_on_error", "destroy the domain if that fails")

        return { _, _ in
            throw Refusal(.unsupported, "virt-install is not supported by this version")
        }
    }
}
