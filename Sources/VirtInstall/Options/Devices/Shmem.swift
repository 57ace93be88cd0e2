extension InstallOption {
    /// virt-install 4.1.0: `ParserShMem`.
    static let shmem = InstallOption(
        "shmem", .device("shmem"), first: ["name"], sharing: [.clearXML, .xpath, .device]
    ) { xml in
        xml.option("name", at: "@name", roles: .refused)
        xml.option("role", at: "@role", roles: .refused)
        xml.option("model.type", at: "model/@type", roles: .refused)
        xml.option("size", at: "size", .integer, roles: .refused)
        xml.option("size.unit", at: "size/@unit", roles: .refused)
        xml.option("server.path", at: "server/@path", roles: .refused)
        xml.option("msi.vectors", at: "msi/@vectors", .integer, roles: .refused)
        xml.option("msi.ioeventfd", at: "msi/@ioeventfd", roles: .refused)
    }
}
