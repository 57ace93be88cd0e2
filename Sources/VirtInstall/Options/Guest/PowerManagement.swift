extension InstallOption {
    static let pm = InstallOption(
        "pm", at: "pm", sharing: [.clearXML, .xpath],
        table: """
            suspend_to_mem.enabled|suspend_to_mem suspend-to-mem/@enabled yesno
            suspend_to_disk.enabled|suspend_to_disk suspend-to-disk/@enabled yesno
            """)
}
