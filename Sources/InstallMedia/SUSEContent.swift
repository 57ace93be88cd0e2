/// The description of an older SUSE tree: its file `content`.
struct SUSEContent {
    /// E.g. `SUSE Linux Enterprise Server 11 SP4`; empty if the tree has no name.
    let product: String
    /// E.g. `13.2`; `nil` if there is none.
    let version: String?
    let architecture: String?

    /// `nil` if a value is missing or has an unknown form.
    /// virt-install 4.1.0: `_SUSEContent`.
    init?(parsing text: String) {
        var values: [String: String] = [:]
        for line in text.split(whereSeparator: \.isNewline) {
            let words = line.split(
                separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
            guard words.count == 2 else { continue }
            values[String(words[0])] = String(words[1])
        }
        architecture = Self.architecture(values)
        if let label = values["LABEL"] {
            product = label
        } else if let distro = values["DISTRO"], let comma = distro.lastIndex(of: ",") {
            product = String(distro[distro.index(after: comma)...])
        } else {
            // The architecture may still be useful.
            product = ""
        }
        guard let version = Self.version(values, product) else { return nil }
        self.version = version.isEmpty ? nil : version
    }

    private static func architecture(_ values: [String: String]) -> String? {
        var name = values["BASEARCHS"] ?? values["DEFAULTBASE"] ?? ""
        if name.isEmpty, let id = values["REPOID"], let slash = id.lastIndex(of: "/") {
            name = String(id[id.index(after: slash)...])
        }
        if name.isEmpty { return nil }
        while name.last?.isWhitespace == true { name.removeLast() }
        // A repository of openSUSE 13.2 is named after both.
        return name.contains("i586-x86_64") ? "x86_64" : name
    }

    /// Empty if there is none; `nil` if its form is unknown.
    private static func version(_ values: [String: String], _ product: String) -> String? {
        if product.isEmpty { return "" }
        if product.contains("Enterprise") || product.contains("SLES") {
            // E.g. `SUSE Linux Enterprise Server 12 SP3`: version 12.3.
            let words = product.split(separator: " ", omittingEmptySubsequences: false)
            guard words.count > 4 else { return nil }
            guard words.count > 5 else { return String(words[4]) }
            guard let pack = words[5].dropFirst(2).first else { return nil }
            return "\(words[4]).\(pack)"
        }
        let version = (values["VERSION"] ?? "").split(
            separator: "-", omittingEmptySubsequences: false)[0]
        if !version.isEmpty { return version.filter { !$0.isWhitespace } }
        guard let distro = values["DISTRO"] else { return nil }
        // E.g. `cpe:/o:opensuse:opensuse:13.2,openSUSE`.
        guard let comma = distro.lastIndex(of: ","), distro[comma...].hasPrefix(",openSUS") else {
            return ""
        }
        let parts = distro[..<comma].split(separator: ":", omittingEmptySubsequences: false)
        return parts.count > 4 ? String(parts[4]) : nil
    }
}
