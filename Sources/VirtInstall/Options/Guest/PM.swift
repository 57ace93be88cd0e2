extension InstallOption {
    /// virt-install 4.1.0: `ParserPM`.
    static let pm = InstallOption("pm", .part("pm"), sharing: [.clearXML, .xpath]) { xml in
        xml.option(
            "suspend_to_mem.enabled", "suspend_to_mem", at: "suspend-to-mem/@enabled", .yesNo,
            roles: .allowed)
        xml.option(
            "suspend_to_disk.enabled", "suspend_to_disk", at: "suspend-to-disk/@enabled", .yesNo,
            roles: .allowed)
    }
}
