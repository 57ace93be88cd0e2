import XML

extension InstallOption {
    /// virt-install 4.1.0: `ParserClock`.
    static let clock = InstallOption("clock", .part("clock"), sharing: [.clearXML, .xpath]) { xml in
        xml.prepare { run in
            // virt-install accepts these names but has never used them.
            for name in [
                "platform_tickpolicy", "hpet_tickpolicy", "tsc_tickpolicy", "kvmclock_tickpolicy",
                "hypervclock_tickpolicy",
            ] { run.values.remove(name) }
        }
        xml.option("pit_tickpolicy", roles: .allowed) { run, value in
            setTimer(run, "pit", "tickpolicy", value)
        }
        xml.option("rtc_tickpolicy", roles: .allowed) { run, value in
            setTimer(run, "rtc", "tickpolicy", value)
        }
        xml.flag("platform_present", roles: .refused) { run, isOn in
            setTimer(run, "platform", present: isOn)
        }
        xml.flag("pit_present", roles: .allowed) { run, isOn in setTimer(run, "pit", present: isOn)
        }
        xml.flag("rtc_present", roles: .allowed) { run, isOn in setTimer(run, "rtc", present: isOn)
        }
        xml.flag("hpet_present", roles: .allowed) { run, isOn in
            setTimer(run, "hpet", present: isOn)
        }
        xml.flag("tsc_present", roles: .allowed) { run, isOn in setTimer(run, "tsc", present: isOn)
        }
        xml.flag("kvmclock_present", roles: .allowed) { run, isOn in
            setTimer(run, "kvmclock", present: isOn)
        }
        xml.flag("hypervclock_present", roles: .allowed) { run, isOn in
            setTimer(run, "hypervclock", present: isOn)
        }
        xml.option("offset", at: "@offset", roles: .allowed)
        xml.option("timer#.name", at: "timer#/@name", roles: .allowed)
        xml.option("timer#.present", at: "timer#/@present", .yesNo, roles: .allowed)
        xml.option("timer#.tickpolicy", at: "timer#/@tickpolicy", roles: .allowed)
        xml.option("timer#.track", at: "timer#/@track", roles: .refused)
        xml.option("timer#.mode", at: "timer#/@mode", roles: .refused)
        xml.option("timer#.frequency", at: "timer#/@frequency", .integer, roles: .refused)
        xml.option(
            "timer#.catchup.threshold", at: "timer#/catchup/@threshold", .integer, roles: .refused)
        xml.option("timer#.catchup.slew", at: "timer#/catchup/@slew", .integer, roles: .refused)
        xml.option("timer#.catchup.limit", at: "timer#/catchup/@limit", .integer, roles: .refused)
    }
}

private func setTimer(_ run: OptionRun, _ timer: String, present: Bool?) {
    setTimer(run, timer, "present", present.map { $0 ? "yes" : "no" })
}

/// Sets an attribute of the timer of that name, which is created if it is missing.
private func setTimer(_ run: OptionRun, _ timer: String, _ attribute: String, _ value: String?) {
    run.node.make("clock/timer[@name='\(timer)']")
    run.set("timer[@name='\(timer)']/@\(attribute)", value)
}
