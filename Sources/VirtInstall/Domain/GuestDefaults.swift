import InstallMedia
import OSInfo
import Text
import XML

/// Adds all defaults of a guest. virt-install 4.1.0: `Guest.set_defaults`.
///
/// The order is virt-install's, because later steps depend on earlier ones: the machine decides
/// about the firmware, the firmware about a TPM, and all devices about their controllers.
func addGuestDefaults(_ guest: Guest) throws {
    try addCapabilitiesDefaults(guest)
    guest.setIfMissing("uuid", randomUUID())
    try completeTopology(guest, otherwise: 1)
    try addMachine(guest)
    try addFirmware(guest)
    try addMissingDevices(guest)
    try addClock(guest)
    try addProcessor(guest)
    try addFeatures(guest)
    try addSecurityLabels(guest)
    if guest.isX86, guest.host.isQEMU || guest.host.isTest {
        guest.setIfMissing("pm/suspend-to-mem/@enabled", "no")
        guest.setIfMissing("pm/suspend-to-disk/@enabled", "no")
    }
    if guest.isContainer {
        guest.setIfMissing("os/init", guest.isFullContainer ? "/sbin/init" : "/bin/sh")
    }
    try addLaunchSecurity(guest)
    for device in guest.allDevices { try addDeviceDefaults(device, of: guest) }
    try addLateControllers(guest)
    try addSpiceDevices(guest)
}

// MARK: - machine and processor

private func addMachine(_ guest: Guest) throws {
    guard guest.machine == nil else { return }
    let machines = try guest.support().machines
    if guest.isX86, guest.host.isQEMU, machines.contains("q35"), try guest.system.supports(.q35) {
        guest.machine = "q35"
    } else {
        guest.machine = machines.first
    }
}

private func addClock(_ guest: Guest) throws {
    guard guest.isHVM else { return }
    let system = try guest.system
    guest.setIfMissing("clock/@offset", system.clockOffset)
    guard guest.isX86, guest.host.isQEMU, guest.root.element("clock/timer") == nil else { return }
    var timers = [
        ("rtc", "tickpolicy", "catchup"), ("pit", "tickpolicy", "delay"), ("hpet", "present", "no"),
    ]
    if system.isWindows { timers.append(("hypervclock", "present", "yes")) }
    for (name, attribute, value) in timers {
        let timer = guest.root.make("clock").append("timer")
        timer.set("name", to: name)
        timer.set(attribute, to: value)
    }
}

private func addProcessor(_ guest: Guest) throws {
    guard guest.host.isTest || guest.host.isQEMU, !guest.hasCPUChoice, lacksCPU(guest) else {
        return
    }
    if guest.isARMVirt, guest.type == "kvm" {
        guest.set("cpu/@mode", "host-passthrough")
    } else if guest.architecture == "aarch64", guest.isARMVirt, guest.version < .v51 {
        guest.setCPUModel("cortex-a57")
    } else if guest.isX86, guest.type == "kvm",
        guest.architecture == (try guest.host.architecture())
    {
        try setCPUMode(guest, "default")
    } else if !guest.isX86 || guest.type != "kvm", emulatesMaximumCPU(guest) {
        try setCPUMode(guest, "maximum")
    }
}

/// Whether no option has chosen a CPU. Older versions take any setting as a choice, e.g. a
/// topology.
private func lacksCPU(_ guest: Guest) -> Bool {
    guard guest.version >= .v50 else { return guest.root.element("cpu").map(\.isBare) ?? true }
    return ["cpu/model", "cpu/@mode"].allSatisfy { (guest.text($0) ?? "").isEmpty }
}

private func addFeatures(_ guest: Guest) throws {
    guard !guest.isContainer else {
        // A container has no such hardware.
        for name in ["acpi", "apic", "pae"] { guest.root.remove("features/\(name)") }
        if guest.isFullContainer, guest.type != "vz" { guest.root.make("features/privnet") }
        return
    }
    guard guest.isHVM else { return }
    let support = try guest.support()
    let isXen = guest.type == "xen" && guest.architecture == "x86_64"
    let features = [
        ("acpi", support.hasACPI), ("apic", support.hasAPIC), ("pae", isXen || support.hasPAE),
    ]
    // Not if the command line turned it off: then the element is missing, too.
    for (name, isSupported) in features
    where !guest.wasGiven("features/\(name)") && isSupported {
        guest.root.make("features/\(name)")
    }
    guard try guest.system.isWindows, guest.host.isQEMU || guest.host.isTest else { return }
    guard guest.version < .v50 else { return try addEnlightenments(guest) }
    for path in ["relaxed/@state", "vapic/@state", "spinlocks/@state"] {
        guest.setIfMissing("features/hyperv/\(path)", "on")
    }
    guest.setIfMissing("features/hyperv/spinlocks/@retries", "8191")
}

// MARK: - security

private func addSecurityLabels(_ guest: Guest) throws {
    for label in guest.root.elements("seclabel") where label["type"] ?? label["model"] != nil {
        if label["type"] == nil { label.set("type", to: "dynamic") }
        guard label["model"] == nil else { continue }
        let models = try guest.host.capabilities().elements(at: "host/secmodel").compactMap {
            $0.value("model")
        }
        let text = label.value("label") ?? ""
        if models.contains("testSecurity") {
            label.set("@model", "testSecurity")
        } else if text.isEmpty {
            label.set("@model", models.first)
        } else {
            // `+0:+107` is for DAC, `system_u:object_r:svirt_t:s0` for SELinux.
            switch text.split(separator: ":", omittingEmptySubsequences: false).count {
            case 1: break
            case 2: label.set("@model", "dac")
            default: label.set("@model", "selinux")
            }
        }
    }
}

private func addLaunchSecurity(_ guest: Guest) throws {
    let known: [(type: String, name: String, since: InstallVersion)] = [
        ("sev", "SEV", .v41), ("sev-snp", "SEV-SNP", .v50), ("tdx", "TDX", .v51),
    ]
    let type = guest.text("launchSecurity/@type")
    guard let found = known.first(where: { $0.type == type && guest.version >= $0.since }) else {
        return
    }
    guard guest.isQ35, guest.isUEFI else {
        throw InstallFailure("\(found.name) launch security requires a Q35 UEFI machine")
    }
    guard type == "sev", guest.text("launchSecurity/policy") == nil else { return }
    let capabilities = guest.domainCapabilities()
    let hasEncryptedState =
        capabilities.value("features/sev/@supported") == "yes"
        && capabilities.value("features/sev/maxESGuests") != nil
    // The policy's bits: no debugging, no key sharing, and for 0x07 an encrypted CPU state.
    guest.set("launchSecurity/policy", hasEncryptedState ? "0x07" : "0x03")
}
