import InstallMedia

extension InstallOption {
    /// virt-install 4.1.0: `ParserOSVariant`.
    static let osVariant = InstallOption("os-variant", .noXML) { xml in
        xml.value("name", roles: .allowed)
        xml.value("short-id", roles: .allowed)
        xml.value("id", roles: .allowed)
        xml.value("detect", type: .yesNo, roles: .allowed)
        xml.value("require", type: .yesNo, roles: .allowed)
    }
}

/// The values of `--os-variant`, also called `--osinfo`.
struct OperatingSystemChoice {
    /// `automatic`: only for guests with full virtualization.
    enum Require { case automatic, on, off }

    /// A short ID, e.g. `fedora37`; `generic` for an unknown system.
    var name: String?
    /// A full ID, e.g. `http://fedoraproject.org/fedora/37`.
    var id: String?
    /// Whether to detect the system on the installation media. What is found wins over `name`.
    var detects = false
    /// Whether it is an error if no system is named or detected.
    var require = Require.off

    init(_ text: String?, _ version: InstallVersion) throws {
        // Without `=` the whole text is one name.
        guard let text, text.contains("=") else {
            switch text {
            case nil, "auto", "":
                detects = true
                require = .automatic
            case "none": name = "generic"
            case let text?:
                if text.contains("://") { id = text } else { name = text }
            }
            return
        }
        let values = try InstallOption.osVariant.values(text, version) ?? [:]
        name = values["short-id"] ?? values["name"]
        id = values["id"]
        detects = values["detect"] == "yes"
        require = values["require"] == "yes" ? .on : version < .v50 ? .off : .automatic
        // Without a system, nothing can be required.
        if version >= .v50, values["require"] == "no", name == nil, id == nil { name = "generic" }
    }
}
