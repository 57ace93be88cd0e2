/// Completes the kind of guest (type, architecture, machine, emulator) from the host's
/// capabilities.
func addCapabilitiesDefaults(_ guest: Guest) throws {
    let support = try guest.support()
    let isAnyType = guest.type == nil && guest.osType == nil
    guest.type = support.type
    guest.osType = support.osType
    guest.architecture = support.architecture
    guest.setIfMissing("os/loader", support.loader)
    if guest.emulator == nil, !guest.isXenPV, guest.type != "vz" {
        guest.emulator = support.emulator
    }
    if guest.machine == nil { guest.machine = preferredMachine(support, host: guest.host) }
    // No warning if the user asked for a certain type.
    if isAnyType, guest.host.isQEMU, guest.isX86, let type = guest.type, type != "kvm" {
        guest.output.warn("KVM acceleration not available, using '\(type)'")
    }
}

/// A machine that is clearly better than the first one in the capabilities; `nil` if there is none.
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
