import InstallMedia
import System
import XML

extension InstallOption {
    /// virt-install 4.1.0: `ParserGraphics`.
    static let graphics = InstallOption(
        "graphics", .device("graphics"), first: ["type"], none: .noDefaultDevice(),
        sharing: [.clearXML, .xpath, .device]
    ) { xml in
        xml.option(
            "type", at: "@type",
            otherwise: .computed { device, guest in
                if !guest.host.isXen, guest.offersSpice { return "spice" }
                // VNC knows only this policy.
                if guest.version >= .v50, device["connected"] != "keep" {
                    device.set("@connected", nil)
                }
                return "vnc"
            }, roles: .allowed)
        xml.option("port", at: "@port", .converted { try port($0, "Port") }, roles: .allowed)
        xml.option(
            "tlsPort", "tlsport", at: "@tlsPort", .converted { try port($0, "TLS Port") },
            roles: .refused)
        xml.option("websocket", at: "@websocket", .integer, roles: .refused)
        xml.option("listen", roles: .allowed, apply: setListen)
        xml.option(
            "keymap", at: "@keymap",
            .converted { ["local", "none"].contains($0?.lowercased()) ? nil : $0 }, roles: .refused)
        xml.option("password", "passwd", at: "@passwd", roles: .refused)
        xml.option("passwordValidTo", "passwdValidTo", at: "@passwdValidTo", roles: .refused)
        xml.option("connected", at: "@connected", roles: .refused)
        xml.option("defaultMode", at: "@defaultMode", roles: .refused)
        xml.option("listens#.type", at: "listen#/@type", roles: .allowed)
        xml.option("listens#.address", at: "listen#/@address", roles: .allowed)
        xml.option("listens#.network", at: "listen#/@network", roles: .refused)
        xml.option("listens#.socket", at: "listen#/@socket", roles: .refused)
        xml.option(
            "image.compression", "image_compression", at: "image/@compression", roles: .refused)
        xml.option("streaming.mode", "streaming_mode", at: "streaming/@mode", roles: .refused)
        xml.option(
            "clipboard.copypaste", "clipboard_copypaste", at: "clipboard/@copypaste", .yesNo,
            roles: .refused)
        xml.option("mouse.mode", "mouse_mode", at: "mouse/@mode", roles: .refused)
        xml.option(
            "filetransfer.enable", "filetransfer_enable", at: "filetransfer/@enable", .yesNo,
            roles: .refused)
        xml.option("zlib.compression", at: "zlib/@compression", roles: .refused)
        xml.option("gl.enable", "gl", at: "gl/@enable", .yesNo, roles: .refused)
        xml.option("gl.rendernode", "rendernode", at: "gl/@rendernode", roles: .refused)
        xml.defaults(addGraphicsDefaults)
    }
}

private func setListen(_ run: OptionRun, _ value: String?) {
    for listen in run.node.elements("listen") { listen.remove() }
    switch value {
    case "none":
        for path in ["@listen", "@port", "@tlsPort", "@autoport", "@socket"] {
            run.set(path, nil)
        }
        run.node.append("listen").set("type", to: "none")
    case "socket": run.node.append("listen").set("type", to: "socket")
    default: run.set("@listen", value)
    }
}

private func port(_ value: String?, _ name: String) throws -> String? {
    guard let value else { return nil }
    let number = try decimal(value)
    guard number >= 5900 || number == -1 else {
        throw OptionMistake("\(name) must be above 5900, or -1 for auto allocation")
    }
    return String(number)
}

private func addGraphicsDefaults(_ graphics: Node, _ guest: Guest) throws {
    let type = graphics["type"]
    if type == "sdl" {
        let home = ProcessInformation.environment("HOME") ?? ProcessInformation.homeDirectory()
        graphics.setIfMissing("@xauth", "\(home ?? "~")/.Xauthority")
        graphics.setIfMissing("@display", ProcessInformation.environment("DISPLAY"))
    }
    let listen = graphics.element("listen").flatMap { $0["type"] }
    if listen == nil || listen == "address" || listen == "network" {
        if type == "vnc" || type == "spice" { graphics.setIfMissing("@port", "-1") }
        if type == "spice" { graphics.setIfMissing("@tlsPort", "-1") }
    }
    guard type == "spice" else { return }
    if graphics["port"] == "-1", graphics["tlsPort"] == "-1" {
        graphics.setIfMissing("@autoport", "yes")
    }
    // Compression only costs time if the viewer runs on the same host.
    if !guest.host.isRemote { graphics.setIfMissing("image/@compression", "off") }
    if graphics.value("gl/@enable") == "yes", !graphics.has("gl/@rendernode") {
        let node = try guest.host.nodeDevices().first {
            $0.value("capability/@type") == "drm" && $0.value("capability/type") == "render"
        }
        let paths = node?.elements("devnode").map(\.text) ?? []
        // The link by PCI address: the kernel may number the devices differently after a reboot.
        let stable = paths.first { $0.split(separator: "/").dropLast().last == "by-path" }
        graphics.setIfMissing("gl/@rendernode", stable ?? paths.first)
    }
}

extension Guest {
    var hasSpice: Bool { devices("graphics").contains { $0["type"] == "spice" } }
    var hasGL: Bool { devices("graphics").contains { $0.value("gl/@enable") == "yes" } }

    /// Whether the hypervisor has Spice.
    var offersSpice: Bool {
        guard host.gate.choosesSpice else { return false }
        let capabilities = domainCapabilities()
        guard capabilities.value("devices/graphics/@supported") == "yes" else {
            // Old libvirt does not say. virt-install then assumes Spice on x86 hosts.
            guard host.isQEMU || host.isTest else { return false }
            do {
                return ["i686", "x86_64"].contains(try host.architecture())
            } catch {
                return false
            }
        }
        return capabilities.offers("devices/graphics", "type", "spice")
    }
}
