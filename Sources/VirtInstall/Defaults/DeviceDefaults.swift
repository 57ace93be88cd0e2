import Host
import OSInfo
import XML

// What each device needs beyond what was said of it.

/// virt-install 4.1.0: `set_defaults` of the devices.
func addDeviceDefaults(_ device: Node, of guest: Guest) throws {
    let set = { (path: String, value: String?) in
        if device.value(path) == nil { device.set(path, value) }
    }
    switch device.name {
    case "disk": try addDiskDefaults(device, of: guest)
    case "filesystem":
        guard guest.host.isQEMU || guest.host.isLXC || guest.host.isTest else { return }
        set("@type", "mount")
        if device.value("driver/@type") != "virtiofs" { set("@accessmode", "mapped") }
    case "interface": try addInterfaceDefaults(device, of: guest)
    case "smartcard":
        set("@mode", "passthrough")
        set("@type", device["mode"] == "passthrough" ? "spicevmc" : "tcp")
    case "serial", "parallel", "console", "channel":
        if device["type"] == "unix" || device["type"] == "tcp" { set("source/@mode", "bind") }
        if device.name == "channel" { set("target/@type", "virtio") }
        if device["type"] == "spicevmc" || device["type"] == "qemu-vdagent" {
            set("target/@name", "com.redhat.spice.0")
        }
    case "input":
        set("@type", "mouse")
        set("@bus", inputBus(device, guest))
    case "tpm":
        set("backend/@type", device.has("backend/device/@path") ? "passthrough" : "emulator")
        if device.value("backend/@type") == "emulator", !device.has("backend/@version") {
            set("@model", modelOfTPM(guest))
        }
    case "graphics": try addGraphicsDefaults(device, of: guest)
    case "sound": set("@model", hasPCIExpress(guest) ? "ich9" : "ich6")
    case "video":
        set("model/@type", try videoModel(guest))
        if device.value("model/@type") == "virtio", hasGL(guest) {
            device.set("model/acceleration/@accel3d", "yes")
        }
    case "hostdev":
        set("@managed", guest.host.isXen ? "no" : "yes")
        set("@mode", "subsystem")
    case "redirdev":
        set("@bus", "usb")
        set("@type", "spicevmc")
    case "watchdog":
        set("@model", "i6300esb")
        set("@action", "reset")
    case "memballoon", "rng": set("@model", "virtio")
    case "panic":
        if device.has("address/@iobase") { set("address/@type", "isa") }
        set(
            "@model",
            guest.isX86 ? "isa" : guest.isPSeries ? "pseries" : guest.isS390X ? "s390" : nil)
    case "vsock":
        set("@model", "virtio")
        if !device.has("cid/@address") { set("cid/@auto", "yes") }
    default: break
    }
}

private func inputBus(_ input: Node, _ guest: Guest) -> String? {
    switch input["type"] {
    case "tablet": "usb"
    case "evdev": nil
    default: guest.host.isXen ? "xen" : "ps2"
    }
}

private func modelOfTPM(_ guest: Guest) -> String? {
    let capabilities = guest.domainCapabilities()
    let isUnknown = capabilities.value("devices/tpm/@supported") == nil && !guest.isPSeries
    return isUnknown || capabilities.offers("devices/tpm", "model", "tpm-crb") ? "tpm-crb" : nil
}

// MARK: - graphics and video

private func addGraphicsDefaults(_ graphics: Node, of guest: Guest) throws {
    let set = { (path: String, value: String?) in
        if graphics.value(path) == nil { graphics.set(path, value) }
    }
    set("@type", !guest.host.isXen && offersSpice(guest) ? "spice" : "vnc")
    let type = graphics["type"]
    if type == "sdl" {
        let home = ProcessInformation.environment("HOME") ?? ProcessInformation.homeDirectory()
        set("@xauth", "\(home ?? "~")/.Xauthority")
        set("@display", ProcessInformation.environment("DISPLAY"))
    }
    let listen = graphics.element("listen").flatMap { $0["type"] }
    if listen == nil || listen == "address" || listen == "network" {
        if type == "vnc" || type == "spice" { set("@port", "-1") }
        if type == "spice" { set("@tlsPort", "-1") }
    }
    guard type == "spice" else { return }
    if graphics["port"] == "-1", graphics["tlsPort"] == "-1" { set("@autoport", "yes") }
    if !guest.host.isRemote { set("image/@compression", "off") }
    if graphics.value("gl/@enable") == "yes", !graphics.has("gl/@rendernode") {
        let node = try guest.host.nodeDevices().first {
            $0.value("capability/@type") == "drm" && $0.value("capability/type") == "render"
        }
        let paths = node?.elements("devnode").filter { $0["type"] == "dev" } ?? []
        set("gl/@rendernode", paths.first?.text)
    }
}

private func offersSpice(_ guest: Guest) -> Bool {
    let capabilities = guest.domainCapabilities()
    guard capabilities.value("devices/graphics/@supported") == "yes" else {
        guard guest.host.isQEMU || guest.host.isTest else { return false }
        do {
            return ["i686", "x86_64"].contains(try guest.host.architecture())
        } catch {
            return false
        }
    }
    return capabilities.offers("devices/graphics", "type", "spice")
}

private func hasGL(_ guest: Guest) -> Bool {
    guest.devices("graphics").contains { $0.value("gl/@enable") == "yes" }
}

private func videoModel(_ guest: Guest) throws -> String? {
    guard guest.isHVM else { return nil }
    if guest.isPSeries { return "vga" }
    if guest.isARMVirt || guest.isRISCVVirt || (guest.isS390X && guest.host.isQEMU)
        || (guest.hasSpice && hasGL(guest))
    {
        return "virtio"
    }
    let models = guest.domainCapabilities().values("devices/video", "modelType")
    if models?.contains("virtio") == true, try guest.system.supports(.virtioGPU) {
        return "virtio"
    }
    // A driver that does not tell its models has this one if it has Spice.
    if guest.isX86, guest.hasSpice, models?.contains("qxl") ?? offersSpice(guest) { return "qxl" }
    return guest.isUEFI && models?.contains("bochs") == true ? "bochs" : "vga"
}

// MARK: - network

private func addInterfaceDefaults(_ interface: Node, of guest: Guest) throws {
    if interface["type"] == nil { interface.set("type", to: "bridge") }
    if !interface.has("mac/@address") {
        interface.set("mac/@address", try freeAddress(guest.host))
    }
    if interface["type"] == "bridge", !interface.has("source/@bridge") {
        interface.set("source/@bridge", defaultBridge(guest.host))
    }
    if !interface.has("model/@type") {
        interface.set("model/@type", try networkModel(guest))
    }
}

private func networkModel(_ guest: Guest) throws -> String? {
    guard guest.isHVM else { return nil }
    if try guest.supportsVirtio(.virtioNetwork) { return "virtio" }
    if guest.isQ35 { return "e1000e" }
    guard guest.isX86 else { return nil }
    let known = try guest.system.deviceNames(class: "net")
    return ["e1000", "rtl8139", "ne2k_pci", "pcnet"].first { known.contains($0) } ?? "e1000"
}

/// A random address that no other guest has; the first half says who made it.
private func freeAddress(_ host: TargetHost) throws -> String? {
    let prefix: [UInt8] = host.isQEMU ? [0x52, 0x54, 0x00] : [0x00, 0x16, 0x3E]
    let used = try host.otherGuests().flatMap { $0.elements(at: "devices/interface") }
        .compactMap { $0.value("mac/@address")?.lowercased() }
    for _ in 0..<256 {
        let bytes = prefix + (0..<3).map { _ in UInt8.random(in: 0...255) }
        let address = hexadecimal(bytes[...], separator: ":")
        if !used.contains(address) { return address }
    }
    return nil
}
