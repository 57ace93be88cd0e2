import InstallMedia
import XML

extension InstallOption {
    /// virt-install 4.1.0: `ParserPanic`.
    static let panic = InstallOption(
        "panic", .device("panic"), first: ["model"], sharing: [.clearXML, .xpath, .device]
    ) { xml in
        xml.prepare { run in
            // `--panic 0x505` is the port of an ISA device.
            if run.values.keys.count == 1, let model = run.values["model"], model.hasPrefix("0x") {
                run.values.set("address.iobase", model)
                run.values.set("model", "isa")
            }
            run.values.rename("iobase", to: "address.iobase")
        }
        xml.option(
            "model", at: "@model", otherwise: .computed { _, guest in panicModel(guest) },
            roles: .allowed)
        xml.defaults { device, guest in
            if device.has("address/@iobase") { device.setIfMissing("address/@type", "isa") }
            // The hypervisor chooses the model.
            if guest.version >= .v50, !device.has("@model") { guest.keep(device) }
        }
    }
}

private func panicModel(_ guest: Guest) -> String? {
    // Newer versions leave it to libvirt.
    guard guest.version < .v50 else { return nil }
    return guest.isX86 ? "isa" : guest.isPSeries ? "pseries" : guest.isS390X ? "s390" : nil
}
