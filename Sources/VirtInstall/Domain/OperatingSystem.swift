import Host
import OSInfo
import XML

/// `--osinfo list`.
func listOperatingSystems(_ output: InstallOutput, of database: Database = Database()) throws {
    let systems = try database.allSystems() + [.generic]
    for system in systems.sorted(by: { nameComesFirst($0.name, $1.name) }) {
        output.result(Set(system.names).sorted().joined(separator: ", "))
    }
    output.result("\nThese are the names of osinfo-db, which --osinfo takes.\n")
}

/// Whether one name stands before another where numbers in them go down, so that newer systems
/// stand first. virt-install 4.1.0: `list_os`.
func nameComesFirst(_ one: String, _ other: String) -> Bool {
    var (a, b) = (Array(one.lowercased().utf8)[...], Array(other.lowercased().utf8)[...])
    let isDigit = { (byte: UInt8) in (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
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
            // A name that ends here stands before those that go on.
            if digitsA.isEmpty || digitsB.isEmpty { return digitsA.isEmpty }
            return number(digitsA) > number(digitsB)
        }
        a = a.dropFirst(digitsA.count)
        b = b.dropFirst(digitsB.count)
    }
    return a.isEmpty && !b.isEmpty
}

extension TargetHost {
    /// A system by its short id; an error that names it where there is none.
    func operatingSystem(named name: String) throws -> OperatingSystem {
        if name == "generic" { return .generic }
        guard let system = try database.system(named: name) else {
            throw OptionMistake(
                "Unknown OS name '\(name)'. See `--osinfo list` for valid values.")
        }
        return system
    }

    /// A system by its full id; an error that names it where there is none.
    func operatingSystem(id: String) throws -> OperatingSystem {
        guard let system = try database.system(id: id) else {
            throw OptionMistake("Unknown libosinfo ID '\(id)'")
        }
        return system
    }
}

extension OperatingSystemChoice {
    /// What an option says, with a name that is known to the data, be it given by an id.
    init(_ text: String?, on host: TargetHost) throws {
        try self.init(text)
        do {
            if let id {
                name = try host.operatingSystem(id: id).name
            } else if let given = name {
                name = try host.operatingSystem(named: given).name
            }
        } catch let mistake as OptionMistake {
            guard let text, text.contains("=") else { throw mistake }
            throw InstallFailure("Error: --os-variant \(text): \(mistake)")
        }
    }
}

private let namespace = "http://libosinfo.org/xmlns/libvirt/domain/1.0"
private let systemElement = "metadata/libosinfo:libosinfo"

extension Guest {
    /// The guest's operating system, as its metadata has it; `generic` where that is not known.
    var system: OperatingSystem {
        get throws {
            guard let id = text("\(systemElement)/libosinfo:os/@id") else { return .generic }
            return try host.database.system(id: id) ?? .generic
        }
    }

    /// Notes the operating system in the metadata.
    func setSystem(_ system: OperatingSystem) throws {
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

    /// Whether the system or a driver that is added to it knows such a device.
    func systemSupports(_ capability: OperatingSystem.Capability) throws -> Bool {
        try system.supports(capability, drivers: addedDrivers)
    }

    /// Whether a virtio device is what the guest should have.
    func supportsVirtio(_ capability: OperatingSystem.Capability) throws -> Bool {
        guard host.isQEMU else { return false }
        // These machines have no other kind.
        if isARMVirt || isRISCVVirt || isS390X || isPSeries { return true }
        guard isX86 else { return false }
        return try systemSupports(capability)
    }
}

/// Gives the guest an operating system by its short id, or by its full id: `--metadata os_name=`
/// and `os_full_id=`, and `chooseOperatingSystem`.
func setOperatingSystem(_ name: String, isFullID: Bool = false, of guest: Guest) throws {
    try guest.setSystem(
        isFullID
            ? guest.host.operatingSystem(id: name) : guest.host.operatingSystem(named: name))
}

/// Gives the guest the operating system that the command line names, or that is found on what it
/// is installed from; an error where there is none and one is needed.
/// virt-install 4.1.0: `installer_detect_distro`.
func chooseOperatingSystem(
    _ choice: OperatingSystemChoice, installer: Installer, guest: Guest
) throws {
    try guest.setSystem(.generic)
    if let name = choice.name { try setOperatingSystem(name, of: guest) }
    // Asked for in any case: it is what finds that there is nothing to install from.
    let found = try installer.detectSystem(for: guest)
    if choice.detects, let found { return try setOperatingSystem(found, of: guest) }
    guard choice.name == nil else { return }

    let missing = "--os-variant/--osinfo OS name is required, but no value was\nset or detected."
    switch choice.require {
    case .on: throw InstallFailure(missing)
    case .off: return
    case .automatic: break
    }
    guard guest.isHVM else { return }
    let message = try "\n\(missing)\n\(hints(installer, guest))"
    guard let variable = disablingVariable else { throw InstallFailure(message) }
    guest.output.warn(message)
    guest.output.warn("\(variable) set. Skipping fatal error.")
}

/// The environment's word that no name is needed.
private var disablingVariable: String? {
    let name = "VIRTINSTALL_OSINFO_DISABLE_REQUIRE"
    return ProcessInformation.isSet(name) ? name : nil
}

/// What somebody may do who has not named an operating system.
private func hints(_ installer: Installer, _ guest: Guest) throws -> String {
    let generic = try guest.host.database.allSystems().filter(\.isGenericLinux).map(\.name)
    var lines = ["Good defaults depend on it. Name it with --osinfo NAME."]
    if installer.mayTellSystem {
        lines.append("Where the media may not tell it: --osinfo detect=on,name=NAME")
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
    /// Whether there is something that may tell what system it holds.
    fileprivate var mayTellSystem: Bool { disc != nil || tree != nil }
}
