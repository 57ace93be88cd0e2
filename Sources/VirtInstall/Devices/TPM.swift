extension InstallOption {
    static let tpm = InstallOption(
        "tpm", at: "devices/tpm", makes: true, first: ["type"], ignoresNone: false,
        sharing: [.clearXML, .xpath, .device], prepare: prepareTPM,
        table: """
            model @model
            backend.type|type backend/@type
            backend.version|version backend/@version
            backend.device.path|path backend/device/@path
            backend.encryption.secret backend/encryption/@secret
            backend.persistent_state backend/@persistent_state yesno
            active_pcr_banks.sha1 active_pcr_banks/sha1 presence
            active_pcr_banks.sha256 active_pcr_banks/sha256 presence
            active_pcr_banks.sha384 active_pcr_banks/sha384 presence
            active_pcr_banks.sha512 active_pcr_banks/sha512 presence
            """)
}

private func prepareTPM(_ run: OptionRun) throws -> Bool {
    guard run.text != "none" else {
        run.guest.without.tpm = true
        return false
    }
    // `--tpm /dev/tpm0`; what it is by default is for the defaults to say.
    if let type = run.given["type"] {
        if type.hasPrefix("/") { run.given.move("type", to: "path") }
        if type == "default" { run.given.take("type") }
    }
    return true
}
