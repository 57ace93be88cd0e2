import InstallMedia
import OSInfo
import System
import XML

/// `--osinfo list`: prints the names of all systems.
func listOperatingSystems(_ output: InstallOutput, of database: Database = Database()) throws {
    let systems = try database.allSystems() + [.generic]
    for system in systems.sorted(by: { nameComesFirst($0.name, $1.name) }) {
        output.result(Set(system.names).sorted().joined(separator: ", "))
    }
    output.result("\nYou can see additional information with:\n\n  osinfo-query os\n")
}

/// Whether a name sorts before another. Text sorts up and numbers sort down, so that newer systems
/// come first. virt-install 4.1.0: `list_os`.
func nameComesFirst(_ one: String, _ other: String) -> Bool {
    var (a, b) = (Array(one.lowercased().utf8)[...], Array(other.lowercased().utf8)[...])
    let isDigit = { (byte: UInt8) in (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
    // Compare alternating runs of text and digits.
    while !a.isEmpty, !b.isEmpty {
        let (textA, textB) = (a.prefix { !isDigit($0) }, b.prefix { !isDigit($0) })
        if textA != textB { return textA.lexicographicallyPrecedes(textB) }
        a = a.dropFirst(textA.count)
        b = b.dropFirst(textB.count)
        let (digitsA, digitsB) = (a.prefix(while: isDigit), b.prefix(while: isDigit))
        let number = { (digits: ArraySlice<UInt8>) in
            digits.isEmpty ? -1 : Int(String(decoding: digits, as: UTF8.self)) ?? .max
        }
        if number(digitsA) != number(digitsB) {
            // A name without a number sorts before the same name with one.
            if digitsA.isEmpty || digitsB.isEmpty { return digitsA.isEmpty }
            return number(digitsA) > number(digitsB)
        }
        a = a.dropFirst(digitsA.count)
        b = b.dropFirst(digitsB.count)
    }
    return a.isEmpty && !b.isEmpty
}

extension TargetHost {
    /// A system by its short ID. Throws an error if it is unknown.
    func operatingSystem(named name: String) throws -> OperatingSystem {
        if name == "generic" { return .generic }
        guard let system = try database.system(named: name) else {
            throw OptionMistake(
                "Unknown OS name '\(name)'. See `--osinfo list` for valid values.")
        }
        return system
    }

    /// A system by its full ID. Throws an error if it is unknown.
    func operatingSystem(id: String) throws -> OperatingSystem {
        guard let system = try database.system(id: id) else {
            throw OptionMistake("Unknown libosinfo ID '\(id)'")
        }
        return system
    }
}

extension OperatingSystemChoice {
    /// Reads an option string and looks up its system in the database.
    init(_ text: String?, on host: TargetHost) throws {
        try self.init(text, host.version)
        // From here on only the short ID is used.
        do {
            if let id {
                name = try host.operatingSystem(id: id).name
            } else if let given = name {
                name = try host.operatingSystem(named: given).name
            }
        } catch let mistake as OptionMistake {
            // virt-install names the option only if the text has sub-options.
            guard let text, text.contains("=") else { throw mistake }
            let option = InstallOption.osVariant.shownName(host.version)
            throw InstallFailure("Error: --\(option) \(text): \(mistake)")
        }
    }
}

private let namespace = "http://libosinfo.org/xmlns/libvirt/domain/1.0"
private let systemElement = "metadata/libosinfo:libosinfo"

extension Guest {
    /// The guest's operating system, from its metadata; `generic` if it is unknown.
    var system: OperatingSystem {
        get throws {
            guard let id = text("\(systemElement)/libosinfo:os/@id") else { return .generic }
            return try host.database.system(id: id) ?? .generic
        }
    }

    /// Stores the operating system in the metadata.
    func setSystem(_ system: OperatingSystem) throws {
        // The generic system has no ID and leaves no metadata.
        guard let id = system.id else { return set("\(systemElement)/libosinfo:os/@id", nil) }
        if root.element("\(systemElement)/libosinfo:os") == nil {
            root.remove(systemElement)
            let element = try Document(
                parsing: "<libosinfo:libosinfo xmlns:libosinfo='\(namespace)'>"
                    + "<libosinfo:os/></libosinfo:libosinfo>")
            root.make("metadata").append(copyOf: element.root)
        }
        set("\(systemElement)/libosinfo:os/@id", id)
    }

    /// Whether the system supports a device, by itself or with the drivers that the installation
    /// adds.
    func systemSupports(_ capability: OperatingSystem.Capability) throws -> Bool {
        try system.supports(capability, drivers: addedDrivers)
    }

    /// Whether the guest should have a virtio device.
    func supportsVirtio(_ capability: OperatingSystem.Capability) throws -> Bool {
        guard host.isQEMU else { return false }
        // These machines have no other kind.
        if isRISCVVirt || isS390X || isPSeries || isLoongArch { return true }
        if version < .v51 {
            if isARMVirt { return true }
            guard isX86 else { return false }
        }
        return try systemSupports(capability)
    }
}

/// Sets the operating system that the command line names or that is detected on the installation
/// media. Throws an error if there is none and one is required.
/// virt-install 4.1.0: `installer_detect_distro`.
func chooseOperatingSystem(
    _ choice: OperatingSystemChoice, installer: Installer, guest: Guest
) throws {
    try guest.setSystem(.generic)
    if let name = choice.name { try guest.setSystem(guest.host.operatingSystem(named: name)) }
    // Even if the result is not used: it throws the error if there is nothing to install from.
    let found = try installer.detectSystem(for: guest)
    if choice.detects, let found {
        return try guest.setSystem(guest.host.operatingSystem(named: found))
    }
    if let name = choice.name {
        if choice.detects, guest.version >= .v50 {
            guest.output.warn(
                "Failed to detect osinfo OS name from install media, using fallback name '\(name)'."
                    + "\nPlease file a bug against virt-install if you expected the detection to "
                    + "succeed.")
        }
        return
    }

    let names = guest.version < .v51 ? "--os-variant/--osinfo" : "--osinfo/--os-variant"
    let missing = "\(names) OS name is required, but no value was\nset or detected."
    switch choice.require {
    case .on: throw InstallFailure(missing)
    case .off: return
    case .automatic: break
    }
    guard guest.isHVM else { return }
    let message = try "\n\(missing)\n\n\(hints(installer, guest))"
    guard let variable = disablingVariable else { throw InstallFailure(message) }
    guest.output.warn(message)
    guest.output.warn("\(variable) set. Skipping fatal error.")
}

/// The name of the environment variable that makes the error a warning, if it is set.
private var disablingVariable: String? {
    let name = "VIRTINSTALL_OSINFO_DISABLE_REQUIRE"
    return ProcessInformation.isSet(name) ? name : nil
}

/// Hints for a user who has not named an operating system, in our own words.
private func hints(_ installer: Installer, _ guest: Guest) throws -> String {
    let generic = try guest.host.database.allSystems().filter(\.isGenericLinux).map(\.name)
    var lines = ["Good defaults depend on it. Name it with --osinfo NAME."]
    if installer.canDetectSystem {
        lines.append("If detection may fail: --osinfo detect=on,name=NAME")
    }
    lines.append("All names: --osinfo list")
    if !generic.isEmpty {
        lines.append("Names for Linux in general: \(generic.sorted(by: >).joined(separator: ", "))")
    }
    lines.append("To do without, which makes slow guests: --osinfo detect=on,require=off")
    lines.append("or VIRTINSTALL_OSINFO_DISABLE_REQUIRE=1 in the environment.")
    return lines.joined(separator: "\n") + "\n"
}

extension Installer {
    /// Whether there are media on which a system may be detected.
    fileprivate var canDetectSystem: Bool { disc != nil || tree != nil }
}
