import XML

extension InstallOption {
    static let qemuCommandLine = InstallOption(
        "qemu-commandline", at: "qemu:commandline", sharing: [.clearXML, .xpath],
        prepare: prepareQEMU, take: takeQEMU,
        table: """
            args - comma call
            env - comma call
            """)
}

private func prepareQEMU(_ run: OptionRun) throws -> Bool {
    let name = ["env", "args", "clearxml"].first { run.text.hasPrefix($0 + "=") }
    run.given.removeAll()
    run.given.set(
        name ?? "args", String(name.map { run.text.dropFirst($0.count + 1) } ?? run.text[...]))
    return true
}

private func takeQEMU(_ run: OptionRun, _ row: Row, _ value: String?) throws {
    let text = value ?? ""
    let root = run.guest.root
    let commandLine = { () -> Node in
        if let known = root.element("qemu:commandline") { return known }
        root.declare(namespace: qemuNamespace, prefix: "qemu")
        return root.append("commandline", prefix: "qemu")
    }
    if row.names[0] == "args" {
        for word in try shellWords(text) {
            commandLine().append("arg", prefix: "qemu").set("value", to: word)
        }
    } else {
        guard let equals = text.firstIndex(of: "=") else {
            throw OptionMistake("not enough values to unpack (expected 2, got 1)")
        }
        let variable = commandLine().append("env", prefix: "qemu")
        variable.set("name", to: String(text[..<equals]))
        variable.set("value", to: String(text[text.index(after: equals)...]))
    }
}
