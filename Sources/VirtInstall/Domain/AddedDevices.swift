import InstallMedia
import OSInfo
import Text
import XML

/// Adds devices of kinds that no option has added. virt-install 4.1.0: `_add_default_graphics` and
/// the functions after it, in its order: some depend on earlier devices.
func addMissingDevices(_ guest: Guest) throws {
    let has = { (kind: String) in !guest.devices(kind).isEmpty }
    if !guest.withoutDefault.contains("graphics"), !has("graphics"),
        !guest.isContainer || guest.host.isVZ,
        guest.isX86 || guest.isPSeries || guest.isLoongArch
            || guest.version >= .v50 && (guest.isARMVirt || guest.isRISCVVirt)
    {
        _ = guest.addDevice("graphics")
    }
    if !guest.isContainer, !has("video"), has("graphics") { _ = guest.addDevice("video") }
    if !guest.withoutDefault.contains("input"), !guest.isContainer, !has("input"), has("graphics") {
        try guest.version < .v50 ? addOldInput(guest) : addInput(guest)
    }
    if !guest.withoutDefault.contains("console"), !has("console"), !has("serial") {
        addConsole(guest)
    }
    try addUSBController(guest)
    if !guest.withoutDefault.contains("channel"), !has("channel"), guest.host.isQEMU,
        try guest.supportsVirtio(.virtioSerial)
    {
        let channel = guest.addDevice("channel")
        channel.set("type", to: "unix")
        channel.set("target/@type", "virtio")
        channel.set("target/@name", "org.qemu.guest_agent.0")
    }
    let isUsual =
        guest.isX86 || guest.isARMVirt || guest.isRISCVVirt || guest.isS390X || guest.isPSeries
        || guest.isLoongArch
    if guest.host.isQEMU, isUsual {
        if !guest.withoutDefault.contains("rng"), !has("rng"), try guest.systemSupports(.virtioRNG)
        {
            let rng = guest.addDevice("rng")
            rng.set("backend/@model", "random")
            rng.set("backend", "/dev/urandom")
        }
        if !has("memballoon"), try guest.systemSupports(.virtioBalloon) {
            guest.addDevice("memballoon").set("model", to: "virtio")
        }
    }
    // As virt-install: a guest with UEFI is modern and should have a TPM.
    if !guest.withoutDefault.contains("tpm"), !has("tpm"), guest.isUEFI, offersTPM(guest) {
        guest.addDevice("tpm").set("backend/@type", "emulator")
        guest.hasDefaultTPM = true
    }
}

/// Whether `--controller usb,model=none` turns USB off.
private func hasNoUSB(_ guest: Guest) -> Bool {
    let controllers = guest.devices("controller").filter { $0["type"] == "usb" }
    return !controllers.isEmpty && controllers.allSatisfy { $0["model"] == "none" }
}

/// Adds a tablet, whose pointer follows the client's, and a keyboard where there is none.
private func addInput(_ guest: Guest) throws {
    guard !guest.isXenPV else { return }
    let bus: String
    if guest.isS390X {
        guard try guest.systemSupports(.virtioInput) else { return }
        bus = "virtio"
    } else {
        guard !hasNoUSB(guest) else { return }
        bus = "usb"
    }
    addInput(guest, "tablet", bus)
    if !guest.isX86 { addInput(guest, "keyboard", bus) }
}

private func addInput(_ guest: Guest, _ type: String, _ bus: String) {
    let input = guest.addDevice("input")
    input.set("type", to: type)
    input.set("bus", to: bus)
}

/// What versions before 5.0 add.
private func addOldInput(_ guest: Guest) throws {
    guard !hasNoUSB(guest) else { return }
    let add = { (type: String, bus: String) in addInput(guest, type, bus) }
    let needsBoth = guest.isARMVirt || guest.isRISCVVirt || guest.isPSeries
    if needsBoth || (guest.isX86 && !guest.isXenPV) { add("tablet", "usb") }
    if needsBoth { add("keyboard", "usb") }
    if guest.isS390X, try guest.systemSupports(.virtioInput) {
        add("tablet", "virtio")
        add("keyboard", "virtio")
    }
}

private func addConsole(_ guest: Guest) {
    let console = guest.addDevice("console")
    if guest.host.isBhyve {
        let device = "/dev/nmdm\(randomUUID())"
        console.set("type", to: "nmdm")
        console.set("source/@master", device + "A")
        console.set("source/@slave", device + "B")
    } else {
        console.set("type", to: "pty")
    }
    if guest.isS390X { console.set("target/@type", "sclp") }
}

private func addUSBController(_ guest: Guest) throws {
    guard !guest.devices("controller").contains(where: { $0["type"] == "usb" }),
        guest.host.isQEMU || guest.host.isTest
    else { return }
    // virt-install adds xHCI only for QEMU, and not for the test driver.
    let hasXHCI = guest.host.isQEMU
    if guest.isX86 {
        if hasXHCI, try guest.system.supports(.usb3) {
            addUSB3Controller(guest)
        } else {
            addUSB2Controllers(guest)
        }
    } else if hasXHCI, guest.isARMVirt || guest.isRISCVVirt || guest.isPSeries || guest.isLoongArch
    {
        addUSB3Controller(guest)
    }
}

private func offersTPM(_ guest: Guest) -> Bool {
    let capabilities = guest.domainCapabilities()
    let models = capabilities.values("devices/tpm", "model") ?? []
    // libvirt offers this for the architecture, but then rejects it.
    if capabilities.value("arch") == "armv7l", models == ["tpm-tis"] { return false }
    return !models.isEmpty && capabilities.offers("devices/tpm", "backendModel", "emulator")
}

// MARK: - after the defaults of all devices

/// Adds controllers that depend on other devices. virt-install 4.1.0: `_add_virtioscsi_controller`,
/// `_add_q35_pcie_controllers`.
func addLateControllers(_ guest: Guest) throws {
    let controllers = guest.devices("controller")
    try addSCSIController(guest)
    guard hasPCIExpress(guest), !controllers.contains(where: { $0["type"] == "pci" }),
        guest.rootPorts > 0
    else { return }
    addController(guest, "pci", "pcie-root")
    // QEMU supports a few dozen. Limited, because the number on the command line may be huge.
    for _ in 0..<min(guest.rootPorts, 1024) {
        addController(guest, "pci", "pcie-root-port")
    }
}

/// Adds the controller that SCSI disks need.
func addSCSIController(_ guest: Guest) throws {
    guard !guest.devices("controller").contains(where: { $0["type"] == "scsi" }),
        guest.devices("disk").contains(where: { $0.value("target/@bus") == "scsi" }),
        try guest.supportsVirtio(.virtioSCSI)
    else { return }
    addController(guest, "scsi", "virtio-scsi")
}

private func addController(_ guest: Guest, _ type: String, _ model: String) {
    let controller = guest.addDevice("controller")
    controller.set("type", to: type)
    controller.set("model", to: model)
}

/// Whether the machine has PCI Express.
func hasPCIExpress(_ guest: Guest) -> Bool {
    guest.isQ35 || guest.isARMVirt || guest.isRISCVVirt || guest.isLoongArch
}

/// Adds the devices that Spice uses besides the display. virt-install 4.1.0: `_add_spice_devices`.
func addSpiceDevices(_ guest: Guest) throws {
    guard guest.hasSpice else { return }
    if guest.isX86, guest.host.isQEMU || guest.host.isTest {
        guest.setIfMissing("features/vmport/@state", "off")
    }
    let add = { (kind: String, type: String?) throws in
        let device = guest.addDevice(kind)
        if let type { device.set("type", to: type) }
        try addDeviceDefaults(device, of: guest)
    }
    if offers(guest, "devices/channel", "type", "spicevmc"),
        !guest.withoutDefault.contains("channel"),
        !guest.devices("channel").contains(where: { $0["type"] == "spicevmc" })
    {
        try add("channel", "spicevmc")
    }
    if !guest.withoutDefault.contains("sound"), guest.devices("sound").isEmpty, guest.isHVM {
        try add("sound", nil)
    }
    if !guest.withoutDefault.contains("redirdev"), guest.devices("redirdev").isEmpty,
        !hasNoUSB(guest), guest.isX86, offers(guest, "devices/redirdev", "bus", "usb")
    {
        for _ in 0..<2 { try add("redirdev", "spicevmc") }
    }
}

/// Whether the hypervisor has a kind of device, or libvirt does not say. Older versions do not ask.
private func offers(_ guest: Guest, _ block: String, _ name: String, _ value: String) -> Bool {
    guard guest.version >= .v50 else { return true }
    let capabilities = guest.domainCapabilities()
    return capabilities.value("\(block)/@supported") == nil
        || capabilities.offers(block, name, value)
}
