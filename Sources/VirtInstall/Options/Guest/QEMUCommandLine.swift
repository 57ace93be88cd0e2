extension InstallOption {
    static let qemuCommandLine = InstallOption(
        "qemu-commandline", at: "qemu:commandline", sharing: [.clearXML, .xpath],
        table: """
            args - comma call
            env - comma call
            """)
}
