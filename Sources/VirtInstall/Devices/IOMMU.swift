extension InstallOption {
    static let iommu = InstallOption(
        "iommu", at: "devices/iommu", makes: true, first: ["model"], sharing: [.clearXML, .xpath],
        table: """
            model @model
            driver.aw_bits driver/@aw_bits int
            driver.intremap driver/@intremap onoff
            driver.caching_mode driver/@caching_mode onoff
            driver.eim driver/@eim onoff
            driver.iotlb driver/@iotlb onoff
            """)
}
