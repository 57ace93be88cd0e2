extension InstallOption {
    static let resource = InstallOption(
        "resource", at: "resource", first: ["partition"], sharing: [.clearXML, .xpath],
        table: """
            partition partition
            fibrechannel.appid fibrechannel/@appid comma
            """)
}
