extension InstallOption {
    static let filesystem = InstallOption(
        "filesystem", at: "devices/filesystem", makes: true, first: ["source", "target"],
        sharing: [.clearXML, .xpath, .device, .virtio],
        table: """
            type - call
            accessmode|mode @accessmode
            model @model
            multidevs @multidevs
            readonly readonly presence
            space_hard_limit space_hard_limit
            space_soft_limit space_soft_limit
            fmode @fmode
            dmode @dmode
            source - call
            target - call
            source.file source/@file
            source.dir source/@dir
            source.dev source/@dev
            source.name source/@name
            source.pool source/@pool
            source.volume source/@volume
            source.units source/@units
            source.usage source/@usage
            source.socket source/socket
            target.dir target/@dir
            binary.path binary/@path
            binary.xattr binary/@xattr onoff
            binary.cache.mode binary/cache/@mode
            binary.lock.posix binary/lock/@posix onoff
            binary.lock.flock binary/lock/@flock onoff
            binary.sandbox.mode binary/sandbox/@mode
            driver.format driver/@format
            driver.name driver/@name
            driver.queue driver/@queue
            driver.type driver/@type
            driver.wrpolicy driver/@wrpolicy
            """)
}
