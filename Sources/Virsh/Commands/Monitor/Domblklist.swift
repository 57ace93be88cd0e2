import Libvirt
import Policy
import XML

extension Command {
    /// virsh 9.0.0: `cmdDomblklist` in virsh-domain-monitor.c.
    static let domblklist = Command(
        "domblklist", .read, on: .domain, help: "the disks of a domain"
    ) { options in
        let domain = options.domain()
        let inactive = options.flag("inactive", "the persistent configuration")
        let details = options.flag("details", "also the type and the device")

        return { shell, given in
            let flags: Domain.XMLFlags = try given[inactive] ? .inactive : []
            let root = try shell.description(of: shell.domain(given[domain]), flags)
            let isDetailed = try given[details]
            var table =
                isDetailed
                ? Table("Type", "Device", "Target", "Source") : Table("Target", "Source")
            for disk in try root.nodes("./devices/disk") {
                let type = disk.string("./@type")
                let device = disk.string("./@device")
                if isDetailed, type == nil || device == nil {
                    // virsh prints this error on stdout and without a newline.
                    shell.print("unable to query block list details")
                    throw CommandFailure.silent
                }
                guard let target = disk.string("./target/@dev") else {
                    throw CommandFailure("unable to query block list")
                }
                let source = try source(of: disk, type: type) ?? "-"
                table.append(
                    isDetailed
                        ? [type ?? "", device ?? "", target, source] : [target, source])
            }
            shell.print(table)
        }
    }
}

/// The source of a disk: a path, a name, or the address of an NVMe namespace.
/// virsh 9.0.0: `virshDomainGetNvmeDiskSource` and `cmdDomblklist`.
private func source(of disk: Node, type: String?) throws(CommandFailure) -> String? {
    guard type == "nvme" else {
        return disk.string(
            "./source/@file|./source/@dev|./source/@dir|./source/@name|./source/@volume"
                + "|./source/@path")
    }
    // A missing part of the address is 0, a malformed one is an error.
    func number(_ name: String) -> UInt32? {
        guard let text = disk.string("./source/address/@\(name)") else { return 0 }
        return unsignedHexadecimal(text)
    }
    guard let namespace = disk.string("./source/@namespace"),
        disk.string("./source/address/@*") != nil,
        let domain = number("domain"), let bus = number("bus"), let slot = number("slot"),
        let function = number("function")
    else { throw CommandFailure("Unable to query NVMe disk address") }
    func digits(_ value: UInt32, _ width: Int) -> String {
        let text = String(value, radix: 16)
        return String(repeating: "0", count: max(0, width - text.count)) + text
    }
    return
        "nvme://\(digits(domain, 4)):\(digits(bus, 2)):\(digits(slot, 2)).\(function)"
        + "/\(namespace)"
}

/// A part of a PCI address, e.g. `0x1f`; `nil` if it is malformed.
private func unsignedHexadecimal(_ text: String) -> UInt32? {
    UInt32(text.hasPrefix("0x") ? String(text.dropFirst(2)) : text, radix: 16)
}
