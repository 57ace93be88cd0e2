extension InstallOption {
    static let panic = InstallOption(
        "panic", at: "devices/panic", makes: true, first: ["model"],
        sharing: [.clearXML, .xpath, .device],
        table: """
            model @model nodefault
            """)
}
