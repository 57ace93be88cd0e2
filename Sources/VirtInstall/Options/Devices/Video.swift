import InstallMedia
import OSInfo
import XML

extension InstallOption {
    /// virt-install 4.1.0: `ParserVideo`.
    static let video = InstallOption(
        "video", .device("video"), first: ["model.type"],
        sharing: [.clearXML, .xpath, .device, .virtio]
    ) { xml in
        xml.option(
            "model.type", "model", at: "model/@type", otherwise: .computed(defaultVideoModel),
            roles: .allowed)
        xml.option(
            "model.acceleration.accel3d", "accel3d", at: "model/acceleration/@accel3d", .yesNo,
            roles: .refused)
        xml.option("model.heads", "heads", at: "model/@heads", .integer, roles: .allowed)
        xml.option("model.ram", "ram", at: "model/@ram", .integer, roles: .refused)
        xml.option("model.vram", "vram", at: "model/@vram", .integer, roles: .allowed)
        xml.option("model.vram64", "vram64", at: "model/@vram64", .integer, roles: .refused)
        xml.option("model.vgamem", "vgamem", at: "model/@vgamem", .integer, roles: .refused)
        xml.since(.v50) { xml in xml.option("model.blob", at: "model/@blob", roles: .refused) }
        xml.defaults { device, guest in
            if device.value("model/@type") == "virtio", guest.hasGL {
                device.set("model/acceleration/@accel3d", "yes")
            }
        }
    }
}

private func defaultVideoModel(_ video: Node, _ guest: Guest) throws -> String? {
    let model = try videoModel(video, guest)
    // Settings of QXL only.
    if guest.version >= .v50, model != "qxl" {
        for name in ["ram", "vgamem", "vram64"] { video.set("model/@\(name)", nil) }
    }
    return model
}

private func videoModel(_ video: Node, _ guest: Guest) throws -> String? {
    guard guest.isHVM else { return nil }
    if guest.isPSeries { return "vga" }
    if guest.isARMVirt && guest.version < .v51 || guest.isLoongArch || guest.isRISCVVirt
        || (guest.isS390X && guest.host.isQEMU)
        || (guest.hasSpice && guest.hasGL)
    {
        return "virtio"
    }
    let models = guest.domainCapabilities().values("devices/video", "modelType")
    if models?.contains("virtio") == true, try guest.system.supports(.virtioGPU) {
        return "virtio"
    }
    // Old libvirt does not list the models. virt-install then assumes qxl if there is Spice.
    if guest.isX86, guest.hasSpice, models?.contains("qxl") ?? guest.offersSpice { return "qxl" }
    guard guest.isUEFI else { return "vga" }
    if guest.version >= .v51, guest.isARM { return "ramfb" }
    return models?.contains("bochs") == true ? "bochs" : "vga"
}
