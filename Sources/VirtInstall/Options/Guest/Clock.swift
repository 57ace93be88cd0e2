import XML

extension InstallOption {
    static let clock = InstallOption(
        "clock", at: "clock", sharing: [.clearXML, .xpath], prepare: prepareClock, take: takeClock,
        table: """
            pit_tickpolicy - call
            rtc_tickpolicy - call
            platform_present - bool call
            pit_present - bool call
            rtc_present - bool call
            hpet_present - bool call
            tsc_present - bool call
            kvmclock_present - bool call
            hypervclock_present - bool call
            offset @offset
            timer#.name timer#/@name
            timer#.present timer#/@present yesno
            timer#.tickpolicy timer#/@tickpolicy
            timer#.track timer#/@track
            timer#.mode timer#/@mode
            timer#.frequency timer#/@frequency int
            timer#.catchup.threshold timer#/catchup/@threshold int
            timer#.catchup.slew timer#/catchup/@slew int
            timer#.catchup.limit timer#/catchup/@limit int
            """)
}

/// These never did anything.
private func prepareClock(_ run: OptionRun) throws -> Bool {
    for timer in ["platform", "hpet", "tsc", "kvmclock", "hypervclock"] {
        run.given.take("\(timer)_tickpolicy")
    }
    return true
}

/// `rtc_tickpolicy=catchup`: a timer by its name.
private func takeClock(_ run: OptionRun, _ row: Row, _ value: String?) throws {
    let parts = row.names[0].split(separator: "_")
    run.node.make("clock/timer[@name='\(parts[0])']")
    run.set("timer[@name='\(parts[0])']/@\(parts[1])", value)
}
