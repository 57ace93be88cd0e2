import XML

extension InstallOption {
    static let graphics = InstallOption(
        "graphics", at: "devices/graphics", makes: true, first: ["type"], ignoresNone: false,
        sharing: [.clearXML, .xpath, .device], prepare: prepareGraphics,
        take: takeGraphics,
        table: """
            type @type call
            port @port int call
            tlsPort|tlsport @tlsPort int call
            websocket @websocket int
            listen - call
            keymap @keymap call
            password|passwd @passwd
            passwordValidTo|passwdValidTo @passwdValidTo
            connected @connected
            defaultMode @defaultMode
            listens#.type listen#/@type
            listens#.address listen#/@address
            listens#.network listen#/@network
            listens#.socket listen#/@socket
            image.compression|image_compression image/@compression
            streaming.mode|streaming_mode streaming/@mode
            clipboard.copypaste|clipboard_copypaste clipboard/@copypaste yesno
            mouse.mode|mouse_mode mouse/@mode
            filetransfer.enable|filetransfer_enable filetransfer/@enable yesno
            zlib.compression zlib/@compression
            gl.enable|gl gl/@enable yesno
            gl.rendernode|rendernode gl/@rendernode
            """)
}

private func prepareGraphics(_ run: OptionRun) throws -> Bool {
    guard run.text != "none" else {
        run.guest.without.graphics = true
        return false
    }
    return true
}

private func takeGraphics(_ run: OptionRun, _ row: Row, _ value: String?) throws {
    switch row.names[0] {
    case "type": if value != "default" { run.set(row, value) }
    case "port": run.set(row, try port(value, "Port"))
    case "tlsPort": run.set(row, try port(value, "TLS Port"))
    case "keymap":
        let isNone = ["local", "none"].contains(value?.lowercased())
        run.set(row, isNone ? nil : value)
    case "listen":
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
    default: break
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
