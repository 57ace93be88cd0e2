import XML

extension InstallOption {
    /// virt-install 4.1.0: `ParserQemuCLI`.
    static let qemuCommandLine = InstallOption(
        "qemu-commandline", .part("qemu:commandline"), sharing: [.clearXML, .xpath]
    ) { xml in
        xml.prepare { run in
            // The whole text is one value: QEMU's own arguments contain commas and `=`.
            let name = ["env", "args", "clearxml"].first { run.text.hasPrefix($0 + "=") }
            run.values.removeAll()
            run.values.set(
                name ?? "args",
                String(name.map { run.text.dropFirst($0.count + 1) } ?? run.text[...]))
        }
        xml.option("args", commas: true, roles: .refused) { run, value in
            for word in try splitWords(value ?? "") {
                commandLine(run.guest.root).append("arg", prefix: "qemu").set("value", to: word)
            }
        }
        xml.option("env", commas: true, roles: .refused) { run, value in
            let text = value ?? ""
            guard let equals = text.firstIndex(of: "=") else {
                throw OptionMistake("not enough values to unpack (expected 2, got 1)")
            }
            let variable = commandLine(run.guest.root).append("env", prefix: "qemu")
            variable.set("name", to: String(text[..<equals]))
            variable.set("value", to: String(text[text.index(after: equals)...]))
        }
    }
}

/// The element `qemu:commandline`, created if it is missing.
private func commandLine(_ root: Node) -> Node {
    if let known = root.element("qemu:commandline") { return known }
    root.declare(namespace: qemuNamespace, prefix: "qemu")
    return root.append("commandline", prefix: "qemu")
}

/// The namespace of `<qemu:commandline>`.
let qemuNamespace = "http://libvirt.org/schemas/domain/qemu/1.0"
