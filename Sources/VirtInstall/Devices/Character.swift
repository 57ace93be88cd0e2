import XML

extension InstallOption {
    static let serial = character("serial")
    static let parallel = character("parallel")
    static let channel = character("channel")
    static let console = character("console")

    private static func character(_ name: String) -> InstallOption {
        InstallOption(
            name, at: "devices/\(name)", makes: true, first: ["type"], ignoresNone: false,
            sharing: [.clearXML, .xpath, .device], prepare: prepareCharacter,
            take: takeCharacter,
            table: """
                type|char_type @type
                path - call
                mode - call
                bind_host - call
                \(sourceOfCharacter)
                target.address|target_address target/@address call
                target.type|target_type target/@type
                target.name|name target/@name
                target.port target/@port int
                target.model.name target/model/@name
                """)
    }
}

/// Where a character device's data goes; other devices have this, too. A source that is bound
/// and one that connects are elements of their own, so these come first.
let characterSource = """
    source.bind_host source[@mode='bind']/@host call
    source.bind_service source[@mode='bind']/@service int
    source.mode source/@mode
    source.connect_host source[@mode='connect']/@host call
    source.connect_service source[@mode='connect']/@service int
    source.path source/@path
    source.channel source/@channel
    source.host source/@host call
    source.service source/@service int
    source.master source/@master
    source.slave source/@slave
    source.seclabel#.model source/seclabel#/@model
    source.seclabel#.relabel source/seclabel#/@relabel yesno
    source.seclabel#.label source/seclabel#/label comma
    protocol.type protocol/@type
    log.file log/@file
    log.append log/@append onoff
    source.clipboard.copypaste source/clipboard/@copypaste yesno
    source.mouse.mode source/mouse/@mode
    source.tls source/@tls yesno
    """

/// The same with the short names of character devices. Where `host` goes depends on the mode.
private let sourceOfCharacter =
    characterSource
    .replacing("source.connect_host ", with: "host - call\nsource.connect_host ")
    .replacing("protocol.type ", with: "protocol.type|protocol ")

private func prepareCharacter(_ run: OptionRun) throws -> Bool {
    if run.text == "none" {
        switch run.option.name {
        case "console":
            run.guest.without.console = true
            return false
        case "channel":
            run.guest.without.channel = true
            return false
        default: break
        }
    }
    for name in ["path", "mode", "bind_host"] { run.given.move(name, to: "source.\(name)") }
    // The first source is the bound one, and it is what the rest of the values describe.
    if ["tcp", "unix"].contains(run.given["type"] ?? run.given["char_type"]),
        !run.given.has("source.mode") || run.given["source.mode"] == ""
    {
        run.node.set("source/@mode", "bind")
    }
    return true
}

private func takeCharacter(_ run: OptionRun, _ row: Row, _ value: String?) throws {
    switch row.names[0] {
    case "host":
        let isBound = !run.given.has("source.bind_host") && run.given["source.mode"] == "bind"
        let source = isBound ? "source[@mode='bind']" : "source[@mode='connect']"
        try setHost(run, value, "\(source)/@host", "\(source)/@service")
    case "target.address": try setHost(run, value, "target/@address", "target/@port")
    default: try takeCharacterSource(run, row, value)
    }
}

/// The values of `characterSource` that name a host and maybe a port.
func takeCharacterSource(_ run: OptionRun, _ row: Row, _ value: String?) throws {
    guard let host = row.path.firstRange(of: "/@host") else { return }
    let source = row.path[..<host.lowerBound]
    try setHost(run, value, "\(source)/@host", "\(source)/@service")
}

/// Splits `host:port`; a port alone means this machine.
func setHost(_ run: OptionRun, _ value: String?, _ host: String, _ port: String) throws {
    let text = value ?? ""
    let name = text.prefix { $0 != ":" }
    let number = text.dropFirst(name.count + 1)
    if number.isEmpty {
        run.set(host, name.isEmpty ? nil : String(name))
    } else {
        run.set(host, name.isEmpty ? "127.0.0.1" : String(name))
        run.set(port, String(try VirtInstall.number(String(number))))
    }
}
