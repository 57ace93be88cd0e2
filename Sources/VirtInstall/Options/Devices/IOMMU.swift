extension InstallOption {
    /// virt-install 4.1.0: `ParserIommu`.
    static let iommu = InstallOption(
        "iommu", .device("iommu"), first: ["model"], sharing: [.clearXML, .xpath]
    ) { xml in
        xml.option("model", at: "@model", roles: .allowed)
        xml.option("driver.aw_bits", at: "driver/@aw_bits", .integer, roles: .refused)
        xml.option("driver.intremap", at: "driver/@intremap", .onOff, roles: .refused)
        xml.option("driver.caching_mode", at: "driver/@caching_mode", .onOff, roles: .refused)
        xml.option("driver.eim", at: "driver/@eim", .onOff, roles: .refused)
        xml.option("driver.iotlb", at: "driver/@iotlb", .onOff, roles: .refused)
    }
}
