/// The kind of guest, as the host's capabilities make it.
func addCapabilitiesDefaults(_ guest: Guest) throws {
    let support = try guest.support()
    let wasOpen = guest.type == nil && guest.osType == nil
    guest.type = support.type
    guest.osType = support.osType
    guest.architecture = support.architecture
    guest.setIfMissing("os/loader", support.loader)
    if guest.emulator == nil, !guest.isXenPV, guest.type != "vz" {
        guest.emulator = support.emulator
    }
    if guest.machine == nil { guest.machine = preferredMachine(support, host: guest.host) }
    if wasOpen, guest.host.isQEMU, guest.isX86, let type = guest.type, type != "kvm" {
        guest.output.warn("KVM acceleration not available, using '\(type)'")
    }
}

/// The machine where one is clearly better than the first of the capabilities.
private func preferredMachine(_ support: GuestSupport, host: TargetHost) -> String? {
    guard host.isQEMU || host.isTest else { return nil }
    let preferred =
        switch support.architecture {
        case "ppc64", "ppc64le": ["pseries"]
        case "armv7l", "aarch64": ["virt", "vexpress-a15"]
        case "s390x": ["s390-ccw-virtio"]
        case "riscv64", "riscv32": ["virt"]
        default: [String]()
        }
    let machines = support.machines
    return preferred.first { machines.contains($0) }
}
