extension InstallOption {
    /// virt-install 4.1.0: `ParserAudio`.
    static let audio = InstallOption(
        "audio", .device("audio"), sharing: [.clearXML, .xpath]
    ) { xml in
        xml.option("type", at: "@type", roles: .refused)
        xml.option("id", at: "@id", roles: .refused)
    }
}
