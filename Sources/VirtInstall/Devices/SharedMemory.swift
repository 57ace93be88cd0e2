extension InstallOption {
    static let shmem = InstallOption(
        "shmem", at: "devices/shmem", makes: true, first: ["name"],
        sharing: [.clearXML, .xpath, .device],
        table: """
            name @name
            role @role
            model.type model/@type
            size size int
            size.unit size/@unit
            server.path server/@path
            msi.vectors msi/@vectors int
            msi.ioeventfd msi/@ioeventfd
            """)
}
