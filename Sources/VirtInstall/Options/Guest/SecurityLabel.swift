extension InstallOption {
    static let seclabel = InstallOption(
        "seclabel", at: "seclabel", makes: true, sharing: [.clearXML, .xpath],
        table: """
            type @type
            model @model
            relabel @relabel yesno
            label label comma
            baselabel baselabel comma
            """)
}
