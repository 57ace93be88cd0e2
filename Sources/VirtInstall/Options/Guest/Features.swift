import InstallMedia

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
        xml.before(.v50, declareOldHyperV)
        xml.since(.v50, declareHyperV)
        xml.option("vmport.state", "vmport", at: "vmport/@state", .onOff, roles: .allowed)
        xml.option(
            "kvm.hidden.state", "kvm_hidden", at: "kvm/hidden/@state", .onOff, roles: .refused)
        xml.option(
            "kvm.hint-dedicated.state", at: "kvm/hint-dedicated/@state", .onOff, roles: .refused)
        xml.option("kvm.poll-control.state", at: "kvm/poll-control/@state", .onOff, roles: .refused)
        xml.since(.v50) { xml in
            xml.option("kvm.pv-ipi.state", at: "kvm/pv-ipi/@state", .onOff, roles: .refused)
        }
        xml.option("pvspinlock.state", at: "pvspinlock/@state", .onOff, roles: .refused)
        xml.option("gic.version", "gic_version", at: "gic/@version", roles: .refused)
        xml.option("smm.state", "smm", at: "smm/@state", .onOff, roles: .allowed)
        xml.option(
            "vmcoreinfo.state", "vmcoreinfo", at: "vmcoreinfo/@state", .onOff, roles: .refused)
        xml.option("ioapic.driver", at: "ioapic/@driver", roles: .refused)
        xml.since(.v50) { xml in xml.option("msrs.unknown", at: "msrs/@unknown", roles: .refused) }
    }
}

private func declareOldHyperV(_ xml: inout SubOptions) {
    xml.hyperV("reset", "hyperv_reset", roles: .refused)
    xml.hyperV("vapic", "hyperv_vapic", roles: .allowed)
    xml.hyperV("relaxed", "hyperv_relaxed", roles: .allowed)
    declareSpinlocks(&xml)
    xml.hyperV("synic", "hyperv_synic", roles: .refused)
}

private func declareSpinlocks(_ xml: inout SubOptions) {
    xml.hyperV("spinlocks", "hyperv_spinlocks", roles: .allowed)
    xml.option(
        "hyperv.spinlocks.retries", "hyperv_spinlocks_retries", at: "hyperv/spinlocks/@retries",
        .integer, roles: .allowed)
}

private func declareHyperV(_ xml: inout SubOptions) {
    xml.hyperV("relaxed", "hyperv_relaxed", roles: .allowed)
    xml.hyperV("vapic", "hyperv_vapic", roles: .allowed)
    declareSpinlocks(&xml)
    xml.hyperV("vpindex", roles: .refused)
    xml.hyperV("runtime", roles: .refused)
    xml.hyperV("synic", "hyperv_synic", roles: .refused)
    xml.hyperV("stimer", roles: .refused)
    xml.hyperV("stimer.direct", roles: .refused)
    xml.hyperV("reset", "hyperv_reset", roles: .refused)
    xml.hyperV("frequencies", roles: .refused)
    xml.hyperV("reenlightenment", roles: .refused)
    xml.hyperV("tlbflush", roles: .refused)
    xml.since(.v51) { xml in
        xml.hyperV("tlbflush.direct", roles: .refused)
        xml.hyperV("tlbflush.extended", roles: .refused)
    }
    xml.hyperV("ipi", roles: .refused)
    xml.hyperV("evmcs", roles: .refused)
    xml.hyperV("avic", roles: .refused)
    xml.since(.v51) { xml in
        xml.hyperV("xmm_input", roles: .refused)
        xml.hyperV("emsr_bitmap", roles: .refused)
    }
}

extension SubOptions {
    /// The switch of one enlightenment, e.g. `stimer.direct`.
    fileprivate mutating func hyperV(
        _ name: String, _ alias: String? = nil, roles mark: RoleMark
    ) {
        let path = "hyperv/\(name.replacing(".", with: "/"))/@state"
        option("hyperv.\(name).state", alias, at: path, .onOff, roles: mark)
    }
}
