extension InstallOption {
    static let tpm = InstallOption(
        "tpm", at: "devices/tpm", makes: true, first: ["type"], ignoresNone: false,
        sharing: [.clearXML, .xpath, .device],
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
