extension InstallOption {
    /// virt-install 4.1.0: `ParserRedir`.
    static let redirdev = InstallOption(
        "redirdev", .device("redirdev"), first: ["bus"], none: .noDefaultDevice(),
        sharing: [.clearXML, .xpath, .device, .bootOrder]
    ) { xml in
        xml.option("bus", at: "@bus", otherwise: "usb", roles: .refused)
        xml.option("type", at: "@type", otherwise: "spicevmc", roles: .refused)
        xml.boundSource()
        xml.connectedSource()
        xml.host("server", at: "source", roles: .refused)
        xml.otherSource()
    }
}
