import XML

extension InstallOption {
    /// `--serial`, `--parallel`, `--channel` and `--console` have the same sub-options.
    static func characterDevice(_ kind: String, none: NoneMeaning) -> InstallOption {
        InstallOption(
            kind, .device(kind), first: ["type"], none: none,
            sharing: [.clearXML, .xpath, .device]
        ) { xml in
            xml.prepare(prepareCharacter)
            xml.option("type", "char_type", at: "@type", roles: .allowed)
            xml.renamed("path", to: "source.path", roles: .refused)
            xml.renamed("mode", to: "source.mode", roles: .allowed)
            xml.renamed("bind_host", to: "source.bind_host", roles: .refused)
            xml.boundSource()
            // An old name for one of two others; the mode decides which.
            xml.option("host", roles: .refused) { run, value in
                let isBound =
                    !run.values.has("source.bind_host") && run.values["source.mode"] == "bind"
                let source = isBound ? "source[@mode='bind']" : "source[@mode='connect']"
                try run.setHost(value, "\(source)/@host", "\(source)/@service")
            }
            xml.connectedSource()
            xml.otherSource(protocolAlias: "protocol")
            xml.option("target.address", "target_address", roles: .refused) { run, value in
                try run.setHost(value, "target/@address", "target/@port")
            }
            xml.option("target.type", "target_type", at: "target/@type", roles: .allowed)
            xml.option("target.name", "name", at: "target/@name", roles: .allowed)
            xml.option("target.port", at: "target/@port", .integer, roles: .allowed)
            xml.option("target.model.name", at: "target/model/@name", roles: .allowed)
            xml.defaults(addCharacterDefaults)
        }
    }
}

private func prepareCharacter(_ run: OptionRun) {
    // virt-install puts all values without a mode into the first source, which is the bound one.
    if ["tcp", "unix"].contains(run.values["type"] ?? run.values["char_type"]),
        !run.values.has("source.mode") || run.values["source.mode"] == ""
    {
        run.node.set("source/@mode", "bind")
    }
}

private func addCharacterDefaults(_ device: Node, _ guest: Guest) {
    let type = device["type"]
    if type == "unix" || type == "tcp" { device.setIfMissing("source/@mode", "bind") }
    if device.name == "channel" { device.setIfMissing("target/@type", "virtio") }
    if type == "spicevmc" || type == "qemu-vdagent" {
        device.setIfMissing("target/@name", "com.redhat.spice.0")
    }
}

// The sub-options for the data of a character device; `--smartcard` and `--redirdev` have them,
// too. A source that is bound and one that connects are elements of their own. They come first,
// because the other values go to the first source.
extension SubOptions {
    mutating func boundSource() {
        host("source.bind_host", at: "source[@mode='bind']", roles: .refused)
        option(
            "source.bind_service", at: "source[@mode='bind']/@service", .integer, roles: .refused)
        option("source.mode", at: "source/@mode", roles: .allowed)
    }

    mutating func connectedSource() {
        host("source.connect_host", at: "source[@mode='connect']", roles: .refused)
        option(
            "source.connect_service", at: "source[@mode='connect']/@service", .integer,
            roles: .refused)
        option("source.path", at: "source/@path", roles: .refused)
        option("source.channel", at: "source/@channel", roles: .refused)
    }

    mutating func otherSource(protocolAlias: String? = nil) {
        host("source.host", at: "source", roles: .refused)
        option("source.service", at: "source/@service", .integer, roles: .refused)
        option("source.master", at: "source/@master", roles: .refused)
        option("source.slave", at: "source/@slave", roles: .refused)
        option("source.seclabel#.model", at: "source/seclabel#/@model", roles: .refused)
        option("source.seclabel#.relabel", at: "source/seclabel#/@relabel", .yesNo, roles: .refused)
        option(
            "source.seclabel#.label", at: "source/seclabel#/label", commas: true, roles: .refused)
        option("protocol.type", protocolAlias, at: "protocol/@type", roles: .refused)
        option("log.file", at: "log/@file", roles: .refused)
        option("log.append", at: "log/@append", .onOff, roles: .refused)
        option(
            "source.clipboard.copypaste", at: "source/clipboard/@copypaste", .yesNo, roles: .refused
        )
        option("source.mouse.mode", at: "source/mouse/@mode", roles: .refused)
        option("source.tls", at: "source/@tls", .yesNo, roles: .refused)
    }

    /// A sub-option with the value HOST or HOST:PORT for the element at `path`.
    mutating func host(
        _ name: String, _ alias: String? = nil, at path: String, roles mark: RoleMark? = nil
    ) {
        option(name, alias, roles: mark) { run, value in
            try run.setHost(value, "\(path)/@host", "\(path)/@service")
        }
    }
}

extension OptionRun {
    /// Splits HOST:PORT; `:PORT` means this host.
    func setHost(_ value: String?, _ hostPath: String, _ portPath: String) throws {
        let text = value ?? ""
        let name = text.prefix { $0 != ":" }
        let port = text.dropFirst(name.count + 1)
        if port.isEmpty {
            set(hostPath, name.isEmpty ? nil : String(name))
        } else {
            set(hostPath, name.isEmpty ? "127.0.0.1" : String(name))
            set(portPath, String(try VirtInstall.number(String(port))))
        }
    }
}
