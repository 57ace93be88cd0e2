import Libvirt
import System
import Text
import XML

// Checks that the guest is complete and does not conflict with other guests of the host.

/// Throws an error if a disk or MAC address is in use by another guest, unless that check is
/// disabled.
func checkDevices(_ guest: Guest, _ checks: EnabledChecks) throws {
    for disk in guest.devices("disk") { try checkDisk(disk, of: guest, checks) }
    for interface in guest.devices("interface") {
        guard let address = interface.value("mac/@address") else { continue }
        try checkAddress(address, guest, checks)
    }
}

private func checkAddress(_ address: String, _ guest: Guest, _ checks: EnabledChecks) throws {
    for other in try guest.host.otherGuests() {
        let addresses = other.elements(at: "devices/interface").compactMap {
            $0.value("mac/@address")
        }
        if addresses.contains(where: { $0.lowercased() == address.lowercased() }) {
            return try failOrWarn(
                "The MAC address '\(address)' is in use by another virtual machine.",
                for: .addressInUse, checks, guest)
        }
    }
}

/// Throws an error, or only warns if the check is disabled.
func failOrWarn(
    _ message: String, for check: EnabledChecks.Check, _ checks: EnabledChecks, _ guest: Guest,
    warns: Bool = true
) throws {
    guard checks.contains(check) else {
        if warns { guest.output.warn(message) }
        return
    }
    throw InstallFailure(
        message + " (Use --check \(check.rawValue)=off or --check all=off to override)")
}

/// Throws an error that names everything that is missing.
func checkRequired(_ options: CommandLineValues, guest: Guest, installer: Installer) throws {
    var message = ""
    if options["reinstall"] == nil {
        if !hasMemory(guest) { message += "\n--memory amount in MiB is required" }
        if !hasStorage(options, guest) {
            message += "\n--disk storage must be specified (override with --disk none)"
        }
    }
    if !guest.isContainer, !installer.isSpecified(guest.version) {
        message +=
            "\nAn install method must be specified\n"
            + "(--location URL, --cdrom CD/ISO, --pxe, --import, --boot hd|cdrom|...)"
    }
    if !message.isEmpty { throw InstallFailure(message) }
}

/// Whether an option has set the guest's memory.
func hasMemory(_ guest: Guest) -> Bool {
    guest.number("memory") ?? 0 != 0 || guest.number("currentMemory") ?? 0 != 0
        || guest.root.element("cpu/numa/cell") != nil
}

/// Whether the guest needs no more storage than the command line names.
func hasStorage(_ options: CommandLineValues, _ guest: Guest) -> Bool {
    guest.isContainer || !options.list("disk").isEmpty || !options.list("filesystem").isEmpty
}

/// Warns of probable mistakes. virt-install 4.1.0: `show_guest_warnings`.
func warn(_ options: CommandLineValues, guest: Guest) throws {
    if options.has("pxe"), !mayBootFromNetwork(guest) {
        guest.output.warn("The guest's network configuration may not support PXE")
    }
    try warnOfOperatingSystem(guest)
}

/// Whether one of the guest's networks may support PXE.
private func mayBootFromNetwork(_ guest: Guest) -> Bool {
    for interface in guest.devices("interface") {
        switch interface["type"] {
        // QEMU's user-mode network has no PXE server.
        case "user": continue
        case "network":
            do {
                let network = try guest.host.connection.network(
                    name: interface.value("source/@network") ?? "")
                return try networkMayBoot(try network.xml())
            } catch {
                // An unknown network may support it; its name is an error later.
                return true
            }
        default: return true
        }
    }
    return false
}

private func networkMayBoot(_ xml: String) throws -> Bool {
    let network = try Document(parsing: xml).root
    // Another host's server may answer, unless the network is isolated or behind NAT.
    if let mode = network.value("forward/@mode"), mode != "nat" { return true }
    return network.elements("ip").contains { $0.has("dhcp/bootp/@file") }
}

private func checkDisk(_ disk: Node, of guest: Guest, _ checks: EnabledChecks) throws {
    let storage = try guest.resolveStorage(of: disk)
    let users = try guestsThatUse(storage.path, of: disk, guest)
    if !users.isEmpty {
        try failOrWarn(
            "Disk \(storage.path ?? "") is already in use by other guests \(pythonList(users)).",
            for: .pathInUse, checks, guest)
    }
    // A fatal conflict was already an error when the option was read.
    if let conflict = try storage.plan?.sizeConflict(), !conflict.isFatal,
        let message = conflict.message
    {
        try failOrWarn(message, for: .diskSize, checks, guest, warns: false)
    }
    try warnOfClosedDirectories(on: storage.path, guest)
}

/// Warns if a directory of a path is not searchable by the user that runs QEMU.
/// virt-install 4.1.0: `check_path_search`.
func warnOfClosedDirectories(on path: String?, _ guest: Guest) throws {
    guard let path, !path.isEmpty, !isURL(path), !guest.output.isQuiet, guest.host.isQEMU,
        guest.host.isPrivileged, !guest.host.isRemote, let user = try guest.host.qemuUser(),
        user.id != 0
    else { return }
    // All directories from the root on: one that is not searchable hides everything below it.
    let full = absolutePath(path)
    var directories = ["/"]
    for part in full.split(separator: "/") {
        directories.append(
            (directories.count > 1 ? directories[directories.count - 1] : "") + "/\(part)")
    }
    if !isDirectory(full) { directories.removeLast() }
    let closed = directories.filter { !isSearchable($0, by: user) }
    // The path of a network volume is not a path of this host. Asked last, because it is slow.
    guard !closed.isEmpty, !guest.host.isNetworkVolume(path) else { return }
    guest.output.warn(
        "\(path) may not be accessible by the hypervisor. You will need to grant the "
            + "'\(user.name)' user search permissions for the following directories: "
            + pythonList(closed))
}

extension TargetHost {
    /// The user that runs QEMU; `nil` if libvirt does not report it.
    fileprivate func qemuUser() throws -> Account? {
        let models = try capabilities().elements(at: "host/secmodel")
        let labels = models.filter { $0.value("model") == "dac" }.flatMap {
            $0.elements("baselabel")
        }
        // `+107:+107`
        let label = labels.first { ["qemu", "kvm"].contains($0["type"]) }?.text
        return label.flatMap { $0.split(separator: ":").first }
            .flatMap { UInt32($0.drop { $0 == "+" }) }.flatMap(Account.numbered)
    }
}

/// The names of other guests that use a path, or a volume whose backing chain has it.
private func guestsThatUse(_ path: String?, of disk: Node, _ guest: Guest) throws -> [String] {
    guard let path, !path.isEmpty else { return [] }
    let isReadOnly = disk.has("readonly")
    let isShareable = disk.has("shareable")
    var users: [String] = []
    for other in try guest.host.otherGuests() {
        let name = other.value("name") ?? ""
        let files = ["kernel", "initrd", "dtb"].compactMap { other.value("os/\($0)") }
        if !isReadOnly, files.contains(path) {
            users.append(name)
            continue
        }
        for used in other.elements(at: "devices/disk") {
            guard let usedPath = storagePath(of: used, guest.host) else { continue }
            if usedPath != path {
                guard isBacked(usedPath, by: path, guest.host) else { continue }
            } else if isShareable && used.has("shareable") || isReadOnly && used.has("readonly") {
                continue
            }
            users.append(name)
            break
        }
    }
    return users
}

/// The path or URL of another guest's disk.
private func storagePath(of disk: Node, _ host: TargetHost) -> String? {
    if let path = ["file", "dev", "dir"].compactMap({ disk.value("source/@\($0)") }).first {
        return path
    }
    switch disk["type"] {
    case "network": return networkAddress(of: disk)
    case "volume":
        do {
            let pool = try host.connection.storagePool(name: disk.value("source/@pool") ?? "")
            return try pool.volume(name: disk.value("source/@volume") ?? "").path()
        } catch {
            return nil  // The pool or volume does not exist any more.
        }
    default: return nil
    }
}

/// Whether a path is in the chain of a volume's backing files.
private func isBacked(_ volume: String, by path: String, _ host: TargetHost) -> Bool {
    var next = volume
    // Limited, because files can name each other in a circle.
    for _ in 0..<64 {
        do {
            let xml = try host.connection.storageVolume(path: next).xml()
            guard let backing = try Document(parsing: xml).root.value("backingStore/path") else {
                return false
            }
            if backing == path { return true }
            next = backing
        } catch {
            return false  // Only volumes in pools have a chain that libvirt knows.
        }
    }
    return false
}
