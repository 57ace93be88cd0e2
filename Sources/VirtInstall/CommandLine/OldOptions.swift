import InstallMedia
import Text

/// Replaces deprecated options by current ones, in virt-install's order, and returns the enabled
/// checks. virt-install 4.1.0: `set_test_stub_options` and the `convert_old_*` functions.
func rewriteOldOptions(
    _ options: inout CommandLineValues, _ version: InstallVersion, _ output: InstallOutput
) throws -> EnabledChecks {
    if options.has("c"), let disc = options["c"] {
        if options.has("cdrom") { throw conflict("-c", "--cdrom") }
        if disc.contains("://") {
            throw InstallFailure(
                "-c specified with what looks like a libvirt URI. Did you mean to use --connect? "
                    + "If not, use --cdrom instead")
        }
        options["cdrom"] = disc
    }
    if options.has("force"), options.list("check").isEmpty {
        options.setList("check", ["all=off"])
    }
    let checks = try EnabledChecks(options.list("check"), version)
    if options.has("prompt") { output.warn("--prompt mode is no longer supported.") }
    if options.list("memory").isEmpty, let memory = options["ram"].flatMap({ pythonInteger($0) }),
        memory != 0
    {
        options.setList("memory", [String(memory)])
    }
    // `--sound` needs no value.
    options.setList("sound", options.list("sound", withoutValue: "default"))
    try rewriteNetworks(&options)
    try rewriteGraphics(&options)
    try rewriteDisks(&options)
    rewriteFeatures(&options)
    if let set = options["cpuset"], !set.isEmpty {
        options.setList("vcpus", options.list("vcpus") + [",cpuset=\(set)"])
    }
    if let program = options["init"], !program.isEmpty {
        var boot = options.list("boot")
        if boot.isEmpty { boot = [""] }
        boot[boot.count - 1] += ",init=\(program)"
        options.setList("boot", boot)
    }
    // The value of --wait has been checked by the parser.
    if let wait = options["wait"], pythonInteger(wait) == 0 {
        output.warn("Treating --wait 0 as --noautoconsole")
        options["autoconsole"] = "none"
        options["wait"] = nil
    }
    if options.has("test-stub-command") { fillStub(&options) }
    if options.has("os-type-old") {
        output.warn("--os-type is deprecated and does nothing. Please stop using it.")
    }
    return checks
}

func conflict(_ one: String, _ other: String) -> InstallFailure {
    InstallFailure("Cannot use \(one) and \(other) at the same time")
}

private func rewriteNetworks(_ options: inout CommandLineValues) throws {
    var networks: [String?] = options.has("nonetworks") ? ["none"] : options.list("network")
    if options.has("nonetworks") { networks = ["none"] }
    let bridges = options.list("bridge")
    let addresses = options.list("mac")
    if !bridges.isEmpty {
        guard networks.isEmpty else { throw conflict("--bridge", "--network") }
        networks = bridges.map { "bridge:\($0)" }
    }
    // A guest has at least one network, and one for each MAC address.
    while networks.count < max(addresses.count, 1) { networks.append(nil) }
    options.setList(
        "network",
        networks.enumerated().map { index, network in
            var text = network ?? "default"
            if index < addresses.count { text += ",mac=\(addresses[index])" }
            for kind in ["network", "bridge"] where text.hasPrefix(kind + ":") {
                text = text.replacing(kind + ":", with: kind + "=")
            }
            return text
        })
}

private func rewriteGraphics(_ options: inout CommandLineValues) throws {
    let isGiven = !options.list("graphics").isEmpty
    // virt-install treats port 0 as no port.
    let port = options["vncport"].flatMap { pythonInteger($0) } ?? 0
    if isGiven,
        ["vnc", "sdl", "keymap", "vnclisten"].contains(where: { options.has($0) }) || port != 0
    {
        throw InstallFailure("Cannot mix --graphics and old style graphical options")
    }
    let kinds = ["vnc", "sdl", "nographics"].filter { options.isGiven($0) }
    guard kinds.count + (isGiven ? 1 : 0) <= 1 else {
        throw InstallFailure(
            "Can't specify more than one of VNC, SDL, --graphics or --nographics")
    }
    guard let kind = kinds.first else { return }
    var text = kind == "nographics" ? "none" : kind
    if let address = options["vnclisten"], !address.isEmpty { text += ",listen=\(address)" }
    if port != 0 { text += ",port=\(port)" }
    if let keymap = options["keymap"], !keymap.isEmpty { text += ",keymap=\(keymap)" }
    options.setList("graphics", [text])
}

private func rewriteDisks(_ options: inout CommandLineValues) throws {
    let paths = options.list("file")
    let sizes = options.list("file-size").map { pythonFloat($0) }
    let isSparse = !options.isGiven("nonsparse")
    let disks = options.list("disk")
    if options.has("nodisks"), !(paths.isEmpty && sizes.isEmpty && disks.isEmpty) {
        throw InstallFailure("Cannot specify storage and use --nodisks")
    }
    if !disks.isEmpty, !(paths.isEmpty && sizes.isEmpty && isSparse) {
        throw InstallFailure(
            "Cannot mix --file, --nonsparse, or --file-size with --disk options. "
                + "Use --disk PATH[,size=SIZE][,sparse=yes|no]")
    }
    guard disks.isEmpty else { return }
    if options.has("nodisks") { return options.setList("disk", ["none"]) }
    options.setList(
        "disk",
        (0..<max(paths.count, sizes.count)).map { index in
            var parts: [String] = []
            if index < paths.count, !paths[index].isEmpty { parts.append("path=\(paths[index])") }
            if index < sizes.count, let size = sizes[index] { parts.append("size=\(size)") }
            if !isSparse { parts.append("sparse=no") }
            return parts.joined(separator: ",")
        })
}

/// A number in the form of Python's `float`; `nil` for 0.
private func pythonFloat(_ text: String) -> String? {
    guard let number = Double(text.trimmed), number != 0 else { return nil }
    return "\(number)"
}

private func rewriteFeatures(_ options: inout CommandLineValues) {
    guard options.list("features").isEmpty else { return }
    var parts: [String] = []
    if options.isGiven("noacpi") { parts.append("acpi=off") }
    if options.isGiven("noapic") { parts.append("apic=off") }
    if !parts.isEmpty { options.setList("features", [parts.joined(separator: ",")]) }
}

/// Sets the options that `--test-stub-command` stands for, unless they are given.
private func fillStub(_ options: inout CommandLineValues) {
    options.setList("import", ["yes"])
    let values = [
        ("connect", "test:///default"), ("name", "test-stub-command"), ("memory", "256"),
        ("disk", "none"), ("graphics", "none"), ("os-variant", "fedora27"),
    ]
    for (name, value) in values where !options.has(name) { options.setList(name, [value]) }
}
