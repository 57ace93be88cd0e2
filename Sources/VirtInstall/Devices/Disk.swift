extension InstallOption {
    static let disk = InstallOption(
        "disk", at: "devices/disk", makes: true, first: ["path"], ignoresNone: false,
        sharing: [.clearXML, .xpath, .device, .bootOrder, .loadParameter, .virtio],
        table: """
            backing_store - call
            backing_format - call
            pool - call
            vol - call
            size - call
            format - call
            sparse - call
            type - call
            bus target/@bus call
            cache driver/@cache call
            source.dir source/@dir
            source.file source/@file
            source.dev source/@dev
            source.pool|source_pool source/@pool
            source.volume|source_volume source/@volume
            source.name|source_name source/@name
            source.protocol|source_protocol source/@protocol
            source.startupPolicy|startup_policy source/@startupPolicy
            source.type source/@type
            source.namespace source/@namespace int
            source.managed source/@managed yesno
            source.address.domain source/address/@domain int
            source.address.bus source/address/@bus int
            source.address.slot source/address/@slot int
            source.address.function source/address/@function int
            source.host#.name|source_host_name source/host[1]/@name
            source.host#.port|source_host_port source/host[1]/@port int
            source.host#.socket|source_host_socket source/host[1]/@socket
            source.host#.transport|source_host_transport source/host[1]/@transport
            source.seclabel#.model|seclabel#.model source/seclabel#/@model
            source.seclabel#.relabel|seclabel#.relabel source/seclabel#/@relabel yesno
            source.seclabel#.label|seclabel#.label source/seclabel#/label comma
            path - call
            device - call
            snapshot|snapshot_policy @snapshot
            sgio @sgio
            rawio @rawio
            serial serial
            wwn wwn
            readonly readonly presence
            shareable shareable presence
            transient transient presence
            transient.shareBacking transient/@shareBacking yesno
            target.bus target/@bus
            target.removable|removable target/@removable onoff
            target.dev|target target/@dev
            target.rotation_rate|rotation_rate target/@rotation_rate int
            driver.cache driver/@cache
            driver.discard|discard driver/@discard
            driver.detect_zeroes|detect_zeroes driver/@detect_zeroes
            driver.name|driver_name driver/@name
            driver.type|driver_type driver/@type
            driver.copy_on_read driver/@copy_on_read onoff
            driver.io|io driver/@io
            driver.iothread driver/@iothread int
            driver.queues driver/@queues int
            driver.error_policy|error_policy driver/@error_policy
            iotune.read_bytes_sec|read_bytes_sec iotune/read_bytes_sec int
            iotune.write_bytes_sec|write_bytes_sec iotune/write_bytes_sec int
            iotune.total_bytes_sec|total_bytes_sec iotune/total_bytes_sec int
            iotune.read_iops_sec|read_iops_sec iotune/read_iops_sec int
            iotune.write_iops_sec|write_iops_sec iotune/write_iops_sec int
            iotune.total_iops_sec|total_iops_sec iotune/total_iops_sec int
            blockio.logical_block_size|logical_block_size blockio/@logical_block_size
            blockio.physical_block_size|physical_block_size blockio/@physical_block_size
            geometry.cyls geometry/@cyls int
            geometry.heads geometry/@heads int
            geometry.secs geometry/@secs int
            geometry.trans geometry/@trans
            source.reservations.managed|reservations.managed source/reservations/@managed
            source.reservations.source.type|reservations.source.type source/reservations/source/@type
            source.reservations.source.path|reservations.source.path source/reservations/source/@path
            source.reservations.source.mode|reservations.source.mode source/reservations/source/@mode
            """)
}
