import InstallMedia
import XML

extension InstallOption {
    /// virt-install 4.1.0: `ParserTPM`.
    static let tpm = InstallOption(
        "tpm", .device("tpm"), first: ["type"], none: .noDefaultDevice(),
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
        xml.before(.v50) { xml in
            for bank in ["sha1", "sha256", "sha384", "sha512"] {
                xml.option(
                    "active_pcr_banks.\(bank)", at: "active_pcr_banks/\(bank)", .presence,
                    roles: .refused)
            }
        }
        xml.since(.v50, declareBackend)
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

private func declareBackend(_ xml: inout SubOptions) {
    xml.option("backend.debug", at: "backend/@debug", roles: .refused)
    xml.option("backend.source.type", at: "backend/source/@type", roles: .refused)
    xml.option("backend.source.path", at: "backend/source/@path", roles: .refused)
    xml.since(.v51) { xml in
        xml.option("backend.profile.source", at: "backend/profile/@source", roles: .refused)
        xml.option(
            "backend.profile.removeDisabled", at: "backend/profile/@removeDisabled",
            roles: .refused)
    }
    for bank in ["sha1", "sha256", "sha384", "sha512"] {
        xml.option(
            "backend.active_pcr_banks.\(bank)", at: "backend/active_pcr_banks/\(bank)",
            .presence, roles: .refused)
    }
}

private func modelOfTPM(_ guest: Guest) -> String? {
    let capabilities = guest.domainCapabilities()
    let isUnknown = capabilities.value("devices/tpm/@supported") == nil && !guest.isPSeries
    return isUnknown || capabilities.offers("devices/tpm", "model", "tpm-crb") ? "tpm-crb" : nil
}
