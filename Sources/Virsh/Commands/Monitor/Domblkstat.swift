import Libvirt
import Policy
import Text

extension Command {
    /// virsh 9.0.0: `cmdDomblkstat` in virsh-domain-monitor.c.
    static let domblkstat = Command(
        "domblkstat", .read, on: .domain, help: "I/O statistics of a guest's disks"
    ) { options in
        let domain = options.domain()
        let device = options.string(
            "device", "target or source path of the disk (default: sum of all disks)",
            place: .positional, mayBeEmpty: true)
        let human = options.flag("human", "human-readable labels")

        return { shell, given in
            let name = try given[domain]
            let domain = try shell.domain(name)
            let device = try given[device] ?? ""
            let isHuman = try given[human]
            let statistics: Domain.BlockStatistics
            do throws(LibvirtError) {
                statistics = try domain.blockStatistics(device)
            } catch {
                guard error.code == .noSupport else { throw error }
                LibvirtError.forgetReported()
                let numbers = try shell.explaining("Failed to get block stats \(name) \(device)") {
                    () throws(LibvirtError) in try domain.oldBlockStatistics(device)
                }
                return shell.printOld(numbers, of: device, isHuman)
            }
            // libvirt wants the number of parameters first, then fills that many.
            let parameters = try shell.explaining(
                "Failed to get block stats for domain '\(name)' device '\(device)'"
            ) { () throws(LibvirtError) in
                try domain.blockStatistics(device, statistics)
            }
            shell.print(parameters, of: device, isHuman)
        }
    }
}

/// The statistics that virsh prints first, in this order: libvirt's name, the older name that
/// virsh prints for those of the older call, and the label for `--human`.
/// virsh 9.0.0: `domblkstat_output`.
private let known: [(field: String, legacy: String?, human: String)] = [
    ("rd_operations", "rd_req", "number of read operations:"),
    ("rd_bytes", "rd_bytes", "number of bytes read:"),
    ("wr_operations", "wr_req", "number of write operations:"),
    ("wr_bytes", "wr_bytes", "number of bytes written:"),
    ("errs", "errs", "error count:"),
    ("flush_operations", nil, "number of flush operations:"),
    ("rd_total_times", nil, "total duration of reads (ns):"),
    ("wr_total_times", nil, "total duration of writes (ns):"),
    ("flush_total_times", nil, "total duration of flushes (ns):"),
]

extension Shell {
    /// Prints the numbers of the older call: the first five of `known`, -1 if not available.
    fileprivate func printOld(_ numbers: [Int64], of device: String, _ isHuman: Bool) {
        if isHuman { print("Device: \(device)\n") }
        for (number, name) in zip(numbers, known) where number >= 0 {
            print(
                isHuman
                    ? " \(name.human.padded(31)) \(number)\n"
                    : "\(device) \(name.legacy ?? name.field) \(number)\n")
        }
    }

    /// Prints the known statistics that are available, then the others under libvirt's names.
    fileprivate func print(_ parameters: [TypedParameter], of device: String, _ isHuman: Bool) {
        if isHuman { print("Device: \(device)\n") }
        // virsh prints an empty device name in each line after that heading.
        let device = isHuman ? "" : device
        for name in known {
            guard let text = parameters[name.field]?.text else { continue }
            print(
                isHuman
                    ? "\(device) \(name.human.padded(31)) \(text)\n"
                    : "\(device) \(name.legacy ?? name.field) \(text)\n")
        }
        for parameter in parameters where !known.contains(where: { $0.field == parameter.name }) {
            guard let text = parameter.value.text else { continue }
            print("\(device) \(parameter.name) \(text)\n")
        }
    }
}
