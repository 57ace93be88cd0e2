import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdBlkiotune` in virsh-domain.c.
    static let blkiotune = Command(
        "blkiotune", .tune, on: .domain, mayOnlyRead: true,
        help: "show or set a domain's block I/O weight and limits"
    ) { options in
        let domain = options.domain()
        let weight = options.number("weight", "I/O weight of the domain", as: .int32)
        let names = [
            ("device-weights", "device_weight", "I/O weights per device"),
            ("device-read-iops-sec", "device_read_iops_sec", "reads per second"),
            ("device-write-iops-sec", "device_write_iops_sec", "writes per second"),
            ("device-read-bytes-sec", "device_read_bytes_sec", "bytes read per second"),
            ("device-write-bytes-sec", "device_write_bytes_sec", "bytes written per second"),
        ]
        var devices: [(name: String, key: Key<String?>)] = []
        for (option, name, help) in names {
            devices.append(
                (name, options.string(option, help + ", as path,N,...", .refused, as: .any)))
        }
        let impact = options.impact()

        return { [devices] shell, given in
            let impact = try impact.impact(of: given)
            let domain = try shell.domain(given[domain])
            var changes: [TypedParameter] = []
            if let weight = try given[weight] {
                guard let share = UInt32(exactly: weight), share > 0 else {
                    throw CommandFailure("Invalid value of \(weight) for I/O weight")
                }
                changes.append(TypedParameter("weight", .uint32(share)))
            }
            for (name, key) in devices {
                guard let value = try given[key] else { continue }
                // The options accept any word, because virsh's error for an empty one is this.
                guard !value.isEmpty else {
                    throw CommandFailure("Unable to parse string parameter")
                }
                changes.append(TypedParameter(name, .string(value)))
            }
            try shell.tune(
                domain, .blockIO, changes, impact,
                failures: (
                    set: "Unable to change blkio parameters",
                    count: "Unable to get number of blkio parameters",
                    get: "Unable to get blkio parameters"
                ))
        }
    }
}
