import Libvirt
import Policy
import Text
import XML

extension Command {
    /// virsh 9.0.0: `cmdDomblkinfo` in virsh-domain-monitor.c.
    static let domblkinfo = Command(
        "domblkinfo", .read, on: .domain, help: "sizes of a domain's disks"
    ) { options in
        let domain = options.domain()
        let device = options.string(
            "device", "target or source path of the disk", as: .any, place: .positional)
        let human = options.flag("human", "human-readable sizes")
        let all = options.flag("all", "all disks")

        return { shell, given in
            try given.exclusive(all, device)
            let domain = try shell.domain(given[domain])
            let isHuman = try given[human]
            if try given[all] { return try shell.printSizesOfAllDisks(of: domain, isHuman) }
            // The device is mandatory without --all, so virsh checks that itself.
            guard let device = try given[device], !device.isEmpty else {
                throw CommandFailure("command 'domblkinfo' requires <device> option")
            }
            let sizes = sizes(try domain.blockInfo(device), isHuman)
            shell.print("Capacity:       \(sizes[0])\n")
            shell.print("Allocation:     \(sizes[1])\n")
            shell.print("Physical:       \(sizes[2])\n")
        }
    }
}

/// Capacity, allocation and physical size, in this order; "-" for each if all are 0, as for an
/// empty drive. virsh 9.0.0: `cmdDomblkinfoGet`.
private func sizes(_ info: Domain.BlockInfo, _ isHuman: Bool) -> [String] {
    let numbers = [info.capacity, info.allocation, info.physical]
    if numbers == [0, 0, 0] { return ["-", "-", "-"] }
    return numbers.map { number in
        guard isHuman else { return "\(number)" }
        let (value, unit) = prettyCapacity(number)
        return "\(fixed(value, 3)) \(unit)"
    }
}

extension Shell {
    fileprivate func printSizesOfAllDisks(of domain: Domain, _ isHuman: Bool) throws {
        let isActive = isKnownToRun(domain)
        let root = try description(of: domain)
        var table = Table("Target", "Capacity", "Allocation", "Physical")
        for disk in try root.nodes("./devices/disk") {
            let target = disk.string("./target/@dev") ?? ""
            var info = Domain.BlockInfo(capacity: 0, allocation: 0, physical: 0)
            if try !disk.nodes("./source").isEmpty {
                do throws(LibvirtError) {
                    info = try domain.blockInfo(target)
                } catch {
                    // libvirt only knows the size of a network disk while the guest uses it.
                    // virsh shows "-" then instead of failing.
                    guard disk.string("./source/@protocol") != nil, !isActive,
                        error.code == .internalError, error.domain == .storage
                    else { throw error }
                    LibvirtError.forgetReported()
                }
            }
            table.append([target] + sizes(info, isHuman))
        }
        print(table)
    }
}
