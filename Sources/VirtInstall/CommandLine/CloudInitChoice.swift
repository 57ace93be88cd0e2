import InstallMedia

extension InstallOption {
    /// virt-install 4.1.0: `ParserCloudInit`.
    static let cloudInit = InstallOption("cloud-init", .noXML) { xml in
        xml.value("root-password-generate", type: .yesNo, roles: .allowed)
        xml.value("root-password-file", roles: .allowed)
        xml.value("disable", type: .yesNo, roles: .allowed)
        xml.value("root-ssh-key", "ssh-key", roles: .allowed)
        xml.value("clouduser-ssh-key", roles: .allowed)
        xml.value("user-data", roles: .allowed)
        xml.value("meta-data", roles: .allowed)
        xml.value("network-config", roles: .allowed)
    }
}

/// The values of `--cloud-init`.
struct CloudInitChoice {
    let generatesPassword: Bool
    let disables: Bool
    /// The other values, by name, e.g. `user-data`.
    let values: [String: String]

    /// `nil` if the option is missing, empty or `none`.
    init?(
        _ options: CommandLineValues, _ version: InstallVersion, _ output: InstallOutput
    ) throws {
        guard options.has("cloud-init") else { return nil }
        if options.isBare("cloud-init") {
            output.warn("Defaulting to --cloud-init root-password-generate=yes,disable=yes")
            generatesPassword = true
            disables = true
            values = [:]
        } else {
            let text = options["cloud-init"] ?? ""
            guard let values = try InstallOption.cloudInit.values(text, version) else {
                return nil
            }
            generatesPassword = values["root-password-generate"] == "yes"
            disables = values["disable"] == "yes"
            self.values = values
        }
    }
}
