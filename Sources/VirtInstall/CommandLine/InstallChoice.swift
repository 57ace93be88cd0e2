import InstallMedia

extension InstallOption {
    /// virt-install 4.1.0: `ParserInstall`.
    static let install = InstallOption("install", .noXML, first: ["os"]) { xml in
        xml.value("bootdev", commas: true, roles: .allowed)
        xml.value("kernel", commas: true, roles: .refused)
        xml.value("initrd", commas: true, roles: .refused)
        xml.value("kernel_args", commas: true, roles: .allowed)
        xml.value("kernel_args_overwrite", type: .yesNo, roles: .allowed)
        xml.value("os", roles: .allowed)
        xml.value("no_install", type: .yesNo, roles: .allowed)
    }
}

/// The values of `--install`.
struct InstallChoice {
    /// Whether the option is given and not empty.
    let isGiven: Bool
    let bootDevice: String?
    let kernel: String?
    let initrd: String?
    let kernelArguments: String?
    let overwritesArguments: Bool
    /// The short ID of a system whose installation tree is used.
    let os: String?
    let hasNoInstallation: Bool

    init(_ text: String?, _ version: InstallVersion) throws {
        let values = try InstallOption.install.values(text ?? "", version) ?? [:]
        isGiven = text != nil && text != ""
        bootDevice = values["bootdev"]
        kernel = values["kernel"]
        initrd = values["initrd"]
        kernelArguments = values["kernel_args"]
        overwritesArguments = values["kernel_args_overwrite"] == "yes"
        os = values["os"]
        hasNoInstallation = values["no_install"] == "yes"
    }
}
