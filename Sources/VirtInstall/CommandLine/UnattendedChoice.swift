import InstallMedia

extension InstallOption {
    /// virt-install 4.1.0: `ParserUnattended`.
    static let unattended = InstallOption("unattended", .noXML) { xml in
        xml.value("profile", roles: .refused)
        xml.value("admin-password-file", roles: .refused)
        xml.value("user-login", roles: .refused)
        xml.value("user-password-file", roles: .refused)
        xml.value("product-key", roles: .refused)
        xml.value("reg-login", roles: .refused)
    }
}

/// The values of `--unattended`; none if the option comes without a value.
struct UnattendedChoice {
    /// By name, e.g. `user-login`.
    let values: [String: String]

    /// `nil` if the option is missing, empty or `none`.
    init?(_ options: CommandLineValues, _ version: InstallVersion) throws {
        guard options.has("unattended") else { return nil }
        if options.isBare("unattended") {
            values = [:]
        } else {
            let text = options["unattended"] ?? ""
            guard let values = try InstallOption.unattended.values(text, version) else {
                return nil
            }
            self.values = values
        }
    }
}
