extension InstallOption {
    static let features = InstallOption(
        "features", at: "features", sharing: [.clearXML, .xpath],
        table: """
            acpi acpi presence
            apic apic presence
            pae pae presence
            privnet privnet presence
            hap hap presence
            viridian viridian presence
            apic.eoi|eoi apic/@eoi onoff
            pmu.state|pmu pmu/@state onoff
            hyperv.reset.state|hyperv_reset hyperv/reset/@state onoff
            hyperv.vapic.state|hyperv_vapic hyperv/vapic/@state onoff
            hyperv.relaxed.state|hyperv_relaxed hyperv/relaxed/@state onoff
            hyperv.spinlocks.state|hyperv_spinlocks hyperv/spinlocks/@state onoff
            hyperv.spinlocks.retries|hyperv_spinlocks_retries hyperv/spinlocks/@retries int
            hyperv.synic.state|hyperv_synic hyperv/synic/@state onoff
            vmport.state|vmport vmport/@state onoff
            kvm.hidden.state|kvm_hidden kvm/hidden/@state onoff
            kvm.hint-dedicated.state kvm/hint-dedicated/@state onoff
            kvm.poll-control.state kvm/poll-control/@state onoff
            pvspinlock.state pvspinlock/@state onoff
            gic.version|gic_version gic/@version
            smm.state|smm smm/@state onoff
            vmcoreinfo.state|vmcoreinfo vmcoreinfo/@state onoff
            ioapic.driver ioapic/@driver
            """)
}
