extension InstallOption {
    /// virt-install 4.1.0: `ParserUnattended`.
    static let unattended = InstallOption("unattended", .noXML) { xml in
        xml.value("profile")
        xml.value("admin-password-file")
        xml.value("user-login")
        xml.value("user-password-file")
        xml.value("product-key")
        xml.value("reg-login")
    }
}

/// The values of `--unattended`; none if the option comes without a value.
struct UnattendedChoice {
    /// By name, e.g. `user-login`.
    let values: [String: String]

    /// `nil` if the option is missing, empty or `none`.
    init?(_ options: CommandLineValues) throws {
        guard options.has("unattended") else { return nil }
        if options.isBare("unattended") {
            values = [:]
        } else {
            guard let values = try InstallOption.unattended.values(options["unattended"] ?? "")
            else {
                return nil
            }
            self.values = values
        }
    }
}
