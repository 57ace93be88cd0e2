import XML

extension InstallOption {
    /// virt-install 4.1.0: `ParserTPM`.
    static let tpm = InstallOption(
        "tpm", .device("tpm"), first: ["type"], none: .noDefaultDevice,
        sharing: [.clearXML, .xpath, .device]
    ) { xml in
        xml.prepare { run in
            // `--tpm /dev/tpm0`
            guard let type = run.values["type"] else { return }
            if type.hasPrefix("/") { run.values.rename("type", to: "path") }
            // Only under this name does `default` mean no value.
            if type == "default" { run.values.remove("type") }
        }
        xml.option("model", at: "@model", roles: .allowed)
        xml.option("backend.type", "type", at: "backend/@type", roles: .allowed)
        xml.option("backend.version", "version", at: "backend/@version", roles: .allowed)
        xml.option("backend.device.path", "path", at: "backend/device/@path", roles: .refused)
        xml.option("backend.encryption.secret", at: "backend/encryption/@secret", roles: .refused)
        xml.option(
            "backend.persistent_state", at: "backend/@persistent_state", .yesNo, roles: .refused)
        xml.option("active_pcr_banks.sha1", at: "active_pcr_banks/sha1", .presence, roles: .refused)
        xml.option(
            "active_pcr_banks.sha256", at: "active_pcr_banks/sha256", .presence, roles: .refused)
        xml.option(
            "active_pcr_banks.sha384", at: "active_pcr_banks/sha384", .presence, roles: .refused)
        xml.option(
            "active_pcr_banks.sha512", at: "active_pcr_banks/sha512", .presence, roles: .refused)
        xml.defaults { device, guest in
            device.setIfMissing(
                "backend/@type",
                device.has("backend/device/@path") ? "passthrough" : "emulator")
            if device.value("backend/@type") == "emulator", !device.has("backend/@version") {
                device.setIfMissing("@model", modelOfTPM(guest))
            }
        }
    }
}

private func modelOfTPM(_ guest: Guest) -> String? {
    let capabilities = guest.domainCapabilities()
    let isUnknown = capabilities.value("devices/tpm/@supported") == nil && !guest.isPSeries
    return isUnknown || capabilities.offers("devices/tpm", "model", "tpm-crb") ? "tpm-crb" : nil
}
