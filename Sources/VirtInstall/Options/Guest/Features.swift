extension InstallOption {
    /// virt-install 4.1.0: `ParserFeatures`.
    static let features = InstallOption(
        "features", .part("features"), sharing: [.clearXML, .xpath]
    ) { xml in
        xml.option("acpi", at: "acpi", .presence, roles: .allowed)
        xml.option("apic", at: "apic", .presence, roles: .allowed)
        xml.option("pae", at: "pae", .presence, roles: .allowed)
        xml.option("privnet", at: "privnet", .presence, roles: .refused)
        xml.option("hap", at: "hap", .presence, roles: .refused)
        xml.option("viridian", at: "viridian", .presence, roles: .refused)
        xml.option("apic.eoi", "eoi", at: "apic/@eoi", .onOff, roles: .allowed)
        xml.option("pmu.state", "pmu", at: "pmu/@state", .onOff, roles: .refused)
        xml.option(
            "hyperv.reset.state", "hyperv_reset", at: "hyperv/reset/@state", .onOff, roles: .refused
        )
        xml.option(
            "hyperv.vapic.state", "hyperv_vapic", at: "hyperv/vapic/@state", .onOff, roles: .allowed
        )
        xml.option(
            "hyperv.relaxed.state", "hyperv_relaxed", at: "hyperv/relaxed/@state", .onOff,
            roles: .allowed)
        xml.option(
            "hyperv.spinlocks.state", "hyperv_spinlocks", at: "hyperv/spinlocks/@state", .onOff,
            roles: .allowed)
        xml.option(
            "hyperv.spinlocks.retries", "hyperv_spinlocks_retries",
            at: "hyperv/spinlocks/@retries", .integer, roles: .allowed)
        xml.option(
            "hyperv.synic.state", "hyperv_synic", at: "hyperv/synic/@state", .onOff, roles: .refused
        )
        xml.option("vmport.state", "vmport", at: "vmport/@state", .onOff, roles: .allowed)
        xml.option(
            "kvm.hidden.state", "kvm_hidden", at: "kvm/hidden/@state", .onOff, roles: .refused)
        xml.option(
            "kvm.hint-dedicated.state", at: "kvm/hint-dedicated/@state", .onOff, roles: .refused)
        xml.option("kvm.poll-control.state", at: "kvm/poll-control/@state", .onOff, roles: .refused)
        xml.option("pvspinlock.state", at: "pvspinlock/@state", .onOff, roles: .refused)
        xml.option("gic.version", "gic_version", at: "gic/@version", roles: .refused)
        xml.option("smm.state", "smm", at: "smm/@state", .onOff, roles: .allowed)
        xml.option(
            "vmcoreinfo.state", "vmcoreinfo", at: "vmcoreinfo/@state", .onOff, roles: .refused)
        xml.option("ioapic.driver", at: "ioapic/@driver", roles: .refused)
    }
}
