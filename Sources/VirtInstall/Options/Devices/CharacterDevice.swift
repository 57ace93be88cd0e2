import XML

extension InstallOption {
    /// `--serial`, `--parallel`, `--channel` and `--console` have the same sub-options.
    static func characterDevice(_ kind: String, none: NoneMeaning) -> InstallOption {
        InstallOption(
            kind, .device(kind), first: ["type"], none: none,
            sharing: [.clearXML, .xpath, .device]
        ) { xml in
            xml.prepare(prepareCharacter)
            xml.option("type", "char_type", at: "@type")
            xml.renamed("path", to: "source.path")
            xml.renamed("mode", to: "source.mode")
            xml.renamed("bind_host", to: "source.bind_host")
            xml.boundSource()
            // An old name for one of two others; the mode decides which.
            xml.option("host") { run, value in
                let isBound =
                    !run.values.has("source.bind_host") && run.values["source.mode"] == "bind"
                let source = isBound ? "source[@mode='bind']" : "source[@mode='connect']"
                try run.setHost(value, "\(source)/@host", "\(source)/@service")
            }
            xml.connectedSource()
            xml.otherSource(protocolAlias: "protocol")
            xml.option("target.address", "target_address") { run, value in
                try run.setHost(value, "target/@address", "target/@port")
            }
            xml.option("target.type", "target_type", at: "target/@type")
            xml.option("target.name", "name", at: "target/@name")
            xml.option("target.port", at: "target/@port", .integer)
            xml.option("target.model.name", at: "target/model/@name")
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
        host("source.bind_host", at: "source[@mode='bind']")
        option("source.bind_service", at: "source[@mode='bind']/@service", .integer)
        option("source.mode", at: "source/@mode")
    }

    mutating func connectedSource() {
        host("source.connect_host", at: "source[@mode='connect']")
        option("source.connect_service", at: "source[@mode='connect']/@service", .integer)
        option("source.path", at: "source/@path")
        option("source.channel", at: "source/@channel")
    }

    mutating func otherSource(protocolAlias: String? = nil) {
        host("source.host", at: "source")
        option("source.service", at: "source/@service", .integer)
        option("source.master", at: "source/@master")
        option("source.slave", at: "source/@slave")
        option("source.seclabel#.model", at: "source/seclabel#/@model")
        option("source.seclabel#.relabel", at: "source/seclabel#/@relabel", .yesNo)
        option("source.seclabel#.label", at: "source/seclabel#/label", commas: true)
        option("protocol.type", protocolAlias, at: "protocol/@type")
        option("log.file", at: "log/@file")
        option("log.append", at: "log/@append", .onOff)
        option("source.clipboard.copypaste", at: "source/clipboard/@copypaste", .yesNo)
        option("source.mouse.mode", at: "source/mouse/@mode")
        option("source.tls", at: "source/@tls", .yesNo)
    }

    /// A sub-option with the value HOST or HOST:PORT for the element at `path`.
    mutating func host(_ name: String, _ alias: String? = nil, at path: String) {
        option(name, alias) { run, value in
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
