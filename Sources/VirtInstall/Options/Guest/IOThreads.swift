import InstallMedia

extension InstallOption {
    /// virt-install 4.1.0: `ParserIOThreads`.
    static let iothreads = InstallOption(
        "iothreads", .guest, first: ["iothreads"], sharing: [.clearXML, .xpath]
    ) { xml in
        xml.option("iothreads", at: "iothreads", .integer, roles: .allowed)
        xml.option(
            "iothreadids.iothread#.id", at: "iothreadids/iothread#/@id", .integer, roles: .refused)
        xml.option(
            "iothreadids.iothread#.thread_pool_min",
            at: "iothreadids/iothread#/@thread_pool_min", .integer, roles: .refused)
        xml.option(
            "iothreadids.iothread#.thread_pool_max",
            at: "iothreadids/iothread#/@thread_pool_max", .integer, roles: .refused)
        xml.option(
            "defaultiothread.thread_pool_min", at: "defaultiothread[1]/@thread_pool_min", .integer,
            roles: .refused)
        xml.option(
            "defaultiothread.thread_pool_max", at: "defaultiothread[1]/@thread_pool_max", .integer,
            roles: .refused)
        xml.since(.v51) { xml in
            for name in ["max", "grow", "shrink"] {
                xml.option(
                    "iothreadids.iothread#.poll.\(name)",
                    at: "iothreadids/iothread#/poll/@\(name)", .integer, roles: .refused)
            }
        }
    }
}
