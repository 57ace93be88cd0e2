import InstallMedia
import OSInfo
import XML

/// Sets up UEFI if it was requested or is the better choice.
/// virt-install 4.1.0: `_set_default_uefi`, `enable_uefi`.
func addFirmware(_ guest: Guest) throws {
    let isUnset = [
        "os/kernel", "os/loader", "os/loader/@readonly", "os/nvram", "os/@firmware",
    ]
    .allSatisfy { guest.text($0) == nil }
    guard try guest.wantsUEFI ?? (isUnset && prefersUEFI(guest)) else { return }
    do {
        try useUEFI(guest)
    } catch let failure as InstallFailure {
        // Without a request, a guest with BIOS is better than none.
        guard guest.wantsUEFI == nil else { throw failure }
        guest.output.warn("Couldn't configure UEFI: \(failure.message)")
        guest.output.warn("Your VM may not boot successfully.")
    }
}

/// Whether UEFI is the default. virt-install prefers BIOS if there is a choice: it boots faster and
/// supports internal snapshots.
private func prefersUEFI(_ guest: Guest) throws -> Bool {
    if guest.isX86, guest.host.isQEMU || guest.host.isTest {
        // Newer versions trust the database.
        if guest.version < .v50, try guest.system.name == "win11" { return true }
        return try guest.system.requiresEFI(guest.architecture ?? "")
    }
    let isNewer = guest.isRISCVVirt && guest.version >= .v50 || guest.isLoongArch
    return guest.isARMVirt || isNewer || guest.host.isBhyve
}

private func useUEFI(_ guest: Guest) throws {
    let capabilities = guest.domainCapabilities()
    if capabilities.offersEFI { return guest.set("os/@firmware", "efi") }
    guard capabilities.offers("os/loader", "readonly", "yes") else {
        throw InstallFailure("Libvirt version does not support UEFI.")
    }
    // The patterns depend on the architecture that the driver reports, not on the guest's.
    let known = capabilities.value("arch") ?? ""
    guard let patterns = loaderPatterns(guest.version)[known] else {
        throw InstallFailure(
            "Don't know how to setup UEFI for arch '\(guest.architecture ?? "")'")
    }
    let loaders = (capabilities.root?.elements(at: "os/loader/value") ?? []).map(\.text)
    let loader =
        guest.host.isBhyve
        ? loaders.first { $0.contains("BHYVE_UEFI.fd") } ?? loaders.first
        : patterns.lazy.compactMap { pattern in
            loaders.first { contains($0, pattern) }
        }.first
    guard let loader else {
        throw InstallFailure(
            "Did not find any UEFI binary path for arch '\(guest.architecture ?? "")'")
    }
    setLoader(guest, loader)
}

/// Uses the UEFI binary at a path. Old libvirt does not choose one by itself.
private func setLoader(_ guest: Guest, _ loader: String) {
    guest.set("os/loader/@readonly", "yes")
    guest.set("os/loader/@type", "pflash")
    guest.set("os/loader", loader)
    // Builds with secure boot need system management mode, which only q35 has.
    guard guest.isX86, loader.contains("secboot") else { return }
    guest.set("features/smm/@state", "on")
    guest.set("os/loader/@secure", "yes")
    guard !guest.isQ35 else { return }
    guest.output.warn(
        "Changing machine type from '\(guest.machine ?? "None")' to 'q35' "
            + "which is required for UEFI secure boot.")
    guest.machine = "q35"
}

/// Patterns for the paths of UEFI binaries by architecture, in order of preference. A path matches
/// if it contains all parts, one after the other. virt-install 4.1.0: `_uefi_arch_patterns`.
private func loaderPatterns(_ version: InstallVersion) -> [String: [[String]]] {
    version < .v50 ? oldPatterns : oldPatterns.merging(newPatterns) { old, _ in old }
}

private let newPatterns: [String: [[String]]] = [
    "riscv64": [["RISCV_VIRT_CODE."], ["riscv64"]],
    "loongarch64": [["loongarch64/QEMU_CODE."], ["loongarch64"]],
]

private let oldPatterns: [String: [[String]]] = [
    "i686": [["edk2-i386-", ".fd"], ["ovmf-ia32"]],
    "x86_64": [
        ["edk2-x86_64-", ".fd"], ["OVMF_CODE.fd"], ["ovmf-x64/OVMF", ".fd"], ["ovmf-x86_64-"],
        ["ovmf"], ["OVMF"],
    ],
    "aarch64": [
        ["AAVMF_CODE.fd"], ["aarch64/QEMU_EFI"], ["aarch64"], ["edk2-aarch64-code.fd"],
    ],
    "armv7l": [["AAVMF32_CODE.fd"], ["arm/QEMU_EFI"], ["edk2-arm-code.fd"]],
]

private func contains(_ path: String, _ parts: [String]) -> Bool {
    var rest = Substring(path)
    for part in parts {
        guard let found = rest.firstRange(of: part) else { return false }
        rest = rest[found.upperBound...]
    }
    return true
}
