extension InstallOption {
    static let panic = InstallOption(
        "panic", at: "devices/panic", makes: true, first: ["model"],
        sharing: [.clearXML, .xpath, .device], prepare: preparePanic,
        table: """
            model @model nodefault
            """)
}

/// `--panic 0x505`: the port of an ISA device.
private func preparePanic(_ run: OptionRun) throws -> Bool {
    if run.given.keys.count == 1, let model = run.given["model"], model.hasPrefix("0x") {
        run.given.set("address.iobase", model)
        run.given.set("model", "isa")
    }
    run.given.move("iobase", to: "address.iobase")
    return true
}
