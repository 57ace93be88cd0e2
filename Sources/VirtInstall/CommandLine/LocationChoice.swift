import InstallMedia

extension InstallOption {
    /// virt-install 4.1.0: `ParserLocation`.
    static let location = InstallOption("location", .noXML, first: ["location"]) { xml in
        xml.value("location", commas: true, roles: .allowed)
        xml.value("kernel", commas: true, roles: .allowed)
        xml.value("initrd", commas: true, roles: .allowed)
    }
}

/// The values of `--location`.
struct LocationChoice {
    /// A URL, a directory, or an image.
    let location: String?
    let kernel: String?
    let initrd: String?

    init(_ text: String, _ version: InstallVersion) throws {
        let values = try InstallOption.location.values(text, version) ?? [:]
        location = values["location"]
        kernel = values["kernel"]
        initrd = values["initrd"]
    }
}
