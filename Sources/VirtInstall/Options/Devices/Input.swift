import XML

extension InstallOption {
    /// virt-install 4.1.0: `ParserInput`.
    static let input = InstallOption(
        "input", .device("input"), first: ["type"], sharing: [.clearXML, .xpath, .device, .virtio]
    ) { xml in
        xml.option("type", at: "@type", otherwise: "mouse")
        xml.option("bus", at: "@bus", otherwise: .computed(inputBus))
        xml.option("model", at: "@model")
        xml.option("source.evdev", at: "source/@evdev")
        xml.option("source.dev", at: "source/@dev")
        xml.option("source.repeat", at: "source/@repeat", .onOff)
        xml.option("source.grab", at: "source/@grab")
        xml.option("source.grabToggle", at: "source/@grabToggle")
    }
}

private func inputBus(_ input: Node, _ guest: Guest) -> String? {
    switch input["type"] {
    case "tablet": "usb"
    case "evdev": nil
    default: guest.host.isXen ? "xen" : "ps2"
    }
}
