extension InstallOption {
    /// virt-install 4.1.0: `ParserFeatures`.
    static let features = InstallOption(
        "features", .part("features"), sharing: [.clearXML, .xpath]
    ) { xml in
        xml.option("acpi", at: "acpi", .presence)
        xml.option("apic", at: "apic", .presence)
        xml.option("pae", at: "pae", .presence)
        xml.option("privnet", at: "privnet", .presence)
        xml.option("hap", at: "hap", .presence)
        xml.option("viridian", at: "viridian", .presence)
        xml.option("apic.eoi", "eoi", at: "apic/@eoi", .onOff)
        xml.option("pmu.state", "pmu", at: "pmu/@state", .onOff)
        xml.option("hyperv.reset.state", "hyperv_reset", at: "hyperv/reset/@state", .onOff)
        xml.option("hyperv.vapic.state", "hyperv_vapic", at: "hyperv/vapic/@state", .onOff)
        xml.option("hyperv.relaxed.state", "hyperv_relaxed", at: "hyperv/relaxed/@state", .onOff)
        xml.option(
            "hyperv.spinlocks.state", "hyperv_spinlocks", at: "hyperv/spinlocks/@state", .onOff)
        xml.option(
            "hyperv.spinlocks.retries", "hyperv_spinlocks_retries",
            at: "hyperv/spinlocks/@retries", .integer)
        xml.option("hyperv.synic.state", "hyperv_synic", at: "hyperv/synic/@state", .onOff)
        xml.option("vmport.state", "vmport", at: "vmport/@state", .onOff)
        xml.option("kvm.hidden.state", "kvm_hidden", at: "kvm/hidden/@state", .onOff)
        xml.option("kvm.hint-dedicated.state", at: "kvm/hint-dedicated/@state", .onOff)
        xml.option("kvm.poll-control.state", at: "kvm/poll-control/@state", .onOff)
        xml.option("pvspinlock.state", at: "pvspinlock/@state", .onOff)
        xml.option("gic.version", "gic_version", at: "gic/@version")
        xml.option("smm.state", "smm", at: "smm/@state", .onOff)
        xml.option("vmcoreinfo.state", "vmcoreinfo", at: "vmcoreinfo/@state", .onOff)
        xml.option("ioapic.driver", at: "ioapic/@driver")
    }
}
