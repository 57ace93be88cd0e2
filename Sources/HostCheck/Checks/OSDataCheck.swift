import System

extension Check {
    static let osData = Check("os-data") { _ in
        // The directories that libosinfo searches.
        let system = ProcessInformation.environment("OSINFO_SYSTEM_DIR") ?? "/usr/share/osinfo"
        let local = ProcessInformation.environment("OSINFO_LOCAL_DIR") ?? "/etc/osinfo"
        for directory in [system, local] where try !names(in: "\(directory)/os").isEmpty {
            let version = try textIfPresent("\(directory)/VERSION")
            return [osDataFinding(in: directory, version: version)]
        }
        return [osDataFinding(in: nil, version: nil)]
    }
}

func osDataFinding(in directory: String?, version: String?) -> Finding {
    guard let directory else {
        return .warning(
            "no data about operating systems found: virt-install has no os-variants",
            "install the package osinfo-db")
    }
    let version = version?.split(whereSeparator: \.isWhitespace).first.map { ", version \($0)" }
    return .ok("os-variants are read from '\(directory)'\(version ?? "")")
}
