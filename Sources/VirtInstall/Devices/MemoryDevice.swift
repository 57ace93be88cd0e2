extension InstallOption {
    static let memdev = InstallOption(
        "memdev", at: "devices/memory", makes: true, first: ["model"],
        sharing: [.clearXML, .xpath, .device],
        table: """
            model @model
            access @access
            discard @discard yesno
            uuid uuid
            target.size|target_size target/size int call
            target.node|target_node target/node int
            target.label_size|target_label_size target/label/size int call
            target.block target/block int
            target.current target/current int
            target.requested target/requested int
            target.readonly target/readonly presence
            source.pagesize|source_pagesize source/pagesize int
            source.path|source_path source/path
            source.nodemask|source_nodemask source/nodemask comma
            source.pmem source/pmem presence
            source.alignsize source/alignsize int call
            """)
}
