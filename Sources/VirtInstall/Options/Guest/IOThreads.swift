extension InstallOption {
    static let iothreads = InstallOption(
        "iothreads", first: ["iothreads"], sharing: [.clearXML, .xpath],
        table: """
            iothreads iothreads int
            iothreadids.iothread#.id iothreadids/iothread#/@id int
            iothreadids.iothread#.thread_pool_min iothreadids/iothread#/@thread_pool_min int
            iothreadids.iothread#.thread_pool_max iothreadids/iothread#/@thread_pool_max int
            defaultiothread.thread_pool_min defaultiothread[1]/@thread_pool_min int
            defaultiothread.thread_pool_max defaultiothread[1]/@thread_pool_max int
            """)
}
