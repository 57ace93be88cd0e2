extension InstallOption {
    /// virt-install 4.1.0: `ParserRedir`.
    static let redirdev = InstallOption(
        "redirdev", .device("redirdev"), first: ["bus"], none: .noDefaultDevice,
        sharing: [.clearXML, .xpath, .device, .bootOrder]
    ) { xml in
        xml.option("bus", at: "@bus", otherwise: "usb")
        xml.option("type", at: "@type", otherwise: "spicevmc")
        xml.boundSource()
        xml.connectedSource()
        xml.host("server", at: "source")
        xml.otherSource()
    }
}
