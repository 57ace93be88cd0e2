extension InstallOption {
    /// virt-install 4.1.0: `ParserIOThreads`.
    static let iothreads = InstallOption(
        "iothreads", .guest, first: ["iothreads"], sharing: [.clearXML, .xpath]
    ) { xml in
        xml.option("iothreads", at: "iothreads", .integer)
        xml.option("iothreadids.iothread#.id", at: "iothreadids/iothread#/@id", .integer)
        xml.option(
            "iothreadids.iothread#.thread_pool_min",
            at: "iothreadids/iothread#/@thread_pool_min", .integer)
        xml.option(
            "iothreadids.iothread#.thread_pool_max",
            at: "iothreadids/iothread#/@thread_pool_max", .integer)
        xml.option(
            "defaultiothread.thread_pool_min", at: "defaultiothread[1]/@thread_pool_min", .integer)
        xml.option(
            "defaultiothread.thread_pool_max", at: "defaultiothread[1]/@thread_pool_max", .integer)
    }
}
