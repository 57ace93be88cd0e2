import InstallMedia
import XML

extension InstallOption {
    /// virt-install 4.1.0: `ParserInput`.
    static let input = InstallOption(
        "input", .device("input"), first: ["type"], none: .noDefaultDevice(since: .v50),
        sharing: [.clearXML, .xpath, .device, .virtio]
    ) { xml in
        xml.option("type", at: "@type", otherwise: "mouse", roles: .allowed)
        xml.option("bus", at: "@bus", otherwise: .computed(inputBus), roles: .allowed)
        xml.option("model", at: "@model", roles: .refused)
        xml.option("source.evdev", at: "source/@evdev", roles: .refused)
        xml.option("source.dev", at: "source/@dev", roles: .refused)
        xml.option("source.repeat", at: "source/@repeat", .onOff, roles: .refused)
        xml.option("source.grab", at: "source/@grab", roles: .refused)
        xml.option("source.grabToggle", at: "source/@grabToggle", roles: .refused)
    }
}

private func inputBus(_ input: Node, _ guest: Guest) -> String? {
    // Newer versions leave it to libvirt.
    guard guest.version < .v50 else { return nil }
    return switch input["type"] {
    case "tablet": "usb"
    case "evdev": nil
    default: guest.host.isXen ? "xen" : "ps2"
    }
}
