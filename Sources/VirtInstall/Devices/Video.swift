extension InstallOption {
    static let video = InstallOption(
        "video", at: "devices/video", makes: true, first: ["model.type"],
        sharing: [.clearXML, .xpath, .device, .virtio],
        table: """
            model.type|model model/@type nodefault
            model.acceleration.accel3d|accel3d model/acceleration/@accel3d yesno
            model.heads|heads model/@heads int
            model.ram|ram model/@ram int
            model.vram|vram model/@vram int
            model.vram64|vram64 model/@vram64 int
            model.vgamem|vgamem model/@vgamem int
            """)
}
