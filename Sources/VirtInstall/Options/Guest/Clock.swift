extension InstallOption {
    static let clock = InstallOption(
        "clock", at: "clock", sharing: [.clearXML, .xpath],
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
