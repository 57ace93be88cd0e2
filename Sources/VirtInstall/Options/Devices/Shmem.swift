extension InstallOption {
    /// virt-install 4.1.0: `ParserShMem`.
    static let shmem = InstallOption(
        "shmem", .device("shmem"), first: ["name"], sharing: [.clearXML, .xpath, .device]
    ) { xml in
        xml.option("name", at: "@name")
        xml.option("role", at: "@role")
        xml.option("model.type", at: "model/@type")
        xml.option("size", at: "size", .integer)
        xml.option("size.unit", at: "size/@unit")
        xml.option("server.path", at: "server/@path")
        xml.option("msi.vectors", at: "msi/@vectors", .integer)
        xml.option("msi.ioeventfd", at: "msi/@ioeventfd")
    }
}
