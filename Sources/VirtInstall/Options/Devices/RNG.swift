import XML

extension InstallOption {
    /// virt-install 4.1.0: `ParserRNG`.
    static let rng = InstallOption(
        "rng", .device("rng"), first: ["backend.model"], none: .noDefaultDevice(),
        sharing: [.clearXML, .xpath, .device, .virtio]
    ) { xml in
        xml.prepare { run in
            // `--rng /dev/urandom`
            guard run.values["backend.model"]?.hasPrefix("/") == true else { return }
            run.values.rename("backend.model", to: "backend")
            run.values.set("backend.model", "random")
        }
        xml.renamed("type", to: "backend.model", roles: .allowed)
        xml.renamed("device", to: "backend", roles: .allowed)
        xml.option("model", at: "@model", roles: .allowed)
        xml.option("backend", at: "backend[@model='random']", roles: .allowed)
        xml.option("backend.model", at: "backend/@model", roles: .allowed)
        xml.option("backend.type", "backend_type", at: "backend/@type", roles: .refused)
        xml.host("backend.source.bind_host", at: "backend/source[@mode='bind']", roles: .refused)
        xml.option(
            "backend.source.bind_service", at: "backend/source[@mode='bind']/@service", .integer,
            roles: .refused)
        xml.option(
            "backend.source.mode", "backend_mode", at: "backend/source/@mode", roles: .refused)
        xml.host(
            "backend.source.connect_host", "backend_connect_host",
            at: "backend/source[@mode='connect']", roles: .refused)
        xml.option(
            "backend.source.connect_service", "backend_connect_service",
            at: "backend/source[@mode='connect']/@service", .integer, roles: .refused)
        xml.option("backend.source.path", at: "backend/source/@path", roles: .refused)
        xml.option("backend.source.channel", at: "backend/source/@channel", roles: .refused)
        xml.host("backend.source.host", "backend_host", at: "backend/source", roles: .refused)
        xml.option(
            "backend.source.service", "backend_service", at: "backend/source/@service", .integer,
            roles: .refused)
        xml.option("backend.source.master", at: "backend/source/@master", roles: .refused)
        xml.option("backend.source.slave", at: "backend/source/@slave", roles: .refused)
        xml.option(
            "backend.source.seclabel#.model", at: "backend/source/seclabel#/@model", roles: .refused
        )
        xml.option(
            "backend.source.seclabel#.relabel", at: "backend/source/seclabel#/@relabel", .yesNo,
            roles: .refused)
        xml.option(
            "backend.source.seclabel#.label", at: "backend/source/seclabel#/label", commas: true,
            roles: .refused)
        xml.option("backend.protocol.type", at: "backend/protocol/@type", roles: .refused)
        xml.option("backend.log.file", at: "backend/log/@file", roles: .refused)
        xml.option("backend.log.append", at: "backend/log/@append", .onOff, roles: .refused)
        xml.option(
            "backend.source.clipboard.copypaste", at: "backend/source/clipboard/@copypaste", .yesNo,
            roles: .refused)
        xml.option("backend.source.mouse.mode", at: "backend/source/mouse/@mode", roles: .refused)
        xml.option("backend.source.tls", at: "backend/source/@tls", .yesNo, roles: .refused)
        xml.option("rate.bytes", "rate_bytes", at: "rate/@bytes", roles: .allowed)
        xml.option("rate.period", "rate_period", at: "rate/@period", roles: .allowed)
        xml.defaults { device, _ in device.setIfMissing("@model", "virtio") }
    }
}
