extension InstallOption {
    static let keywrap = InstallOption(
        "keywrap", at: "keywrap", sharing: [.clearXML, .xpath],
        table: """
            cipher#.name cipher#/@name comma
            cipher#.state cipher#/@state comma
            """)
}
