import InstallMedia

extension InstallOption {
    /// virt-install 4.1.0: `ParserSound`.
    static let sound = InstallOption(
        "sound", .device("sound"), first: ["model"], none: .noDefaultDevice(),
        sharing: [.clearXML, .xpath, .device]
    ) { xml in
        xml.option(
            "model", at: "@model",
            otherwise: .computed { _, guest in hasPCIExpress(guest) ? "ich9" : "ich6" },
            roles: .refused)
        xml.option("audio.id", at: "audio/@id", roles: .refused)
        xml.option("codec#.type", at: "codec#/@type", roles: .refused)
        xml.since(.v50) { xml in
            xml.option("multichannel", at: "@multichannel", roles: .refused)
            xml.option("streams", at: "@streams", roles: .refused)
        }
    }
}
