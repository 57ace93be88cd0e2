import InstallMedia

extension InstallOption {
    /// virt-install 4.1.0: `ParserCheck`.
    static let check = InstallOption("check", .noXML) { xml in
        xml.value("path_in_use", type: .yesNo, roles: .refused)
        xml.value("disk_size", type: .yesNo, roles: .allowed)
        xml.value("path_exists", type: .yesNo, roles: .allowed)
        xml.value("mac_in_use", type: .yesNo, roles: .refused)
        xml.value("all", type: .yesNo, roles: .refused)
    }
}

/// The checks that are enabled: all, unless `--check` disables them. virt-install 4.1.0:
/// `_GlobalState`.
struct EnabledChecks {
    /// The checks that are made. `path_exists` is accepted without an effect, as in virt-install.
    enum Check: String {
        case pathInUse = "path_in_use"
        case diskSize = "disk_size"
        case addressInUse = "mac_in_use"
    }

    private var switches: [String: Bool] = [:]

    /// Reads all uses of `--check`.
    init(_ texts: [String], _ version: InstallVersion) throws {
        for text in texts {
            for (name, value) in try InstallOption.check.values(text, version) ?? [:] {
                switches[name] = value == "yes"
            }
        }
    }

    func contains(_ check: Check) -> Bool {
        switches["all"] ?? switches[check.rawValue] ?? true
    }
}
