import Libvirt
import Policy

extension Command {
    /// virsh 9.0.0: `cmdVcpuPin` in virsh-domain.c.
    static let vcpupin = Command(
        "vcpupin", .tune, on: .domain, mayOnlyRead: true,
        help: "show or set the CPU affinity of a domain's vCPUs"
    ) { options in
        let domain = options.domain()
        let vcpu = options.number("vcpu", "number of the vCPU", .selects, as: .uint32)
        let list = options.string(
            "cpulist", "host processors, e.g. 0-2,^1; r means all", mayBeEmpty: true)
        let impact = options.impact()

        return { shell, given in
            let current = impact.current
            let impactKeys = impact
            let impact = try impact.impact(of: given)
            let list = try given[list]
            // libvirt can change both configurations at once but not read them.
            if list == nil { try given.exclusive(impactKeys.live, impactKeys.config) }
            let vcpu = try given[vcpu]
            if list != nil, vcpu == nil {
                throw CommandFailure("vcpupin: Missing vCPU number in pin mode.")
            }
            let hostCPUs = try shell.hostCPUCount()
            let domain = try shell.domain(given[domain])
            guard let list, let vcpu else {
                return try shell.printPins(of: domain, vcpu, hostCPUs: hostCPUs, impact)
            }
            let map = try shell.cpuMap(list, hostCPUs: hostCPUs)
            // Without an option virsh makes the older call, which every driver supports.
            let isUnspecified = try impact.isEmpty && !given[current]
            try domain.pinVCPU(vcpu, to: map, isUnspecified ? nil : impact)
        }
    }
}

extension Shell {
    /// Prints the affinity of one vCPU, or of all if `vcpu` is `nil`.
    /// virsh 9.0.0: `virshVcpuPinQuery`.
    fileprivate func printPins(
        of domain: Domain, _ vcpu: UInt32?, hostCPUs: Int32, _ impact: Impact
    ) throws {
        let count: Int32
        switch vcpuCount(of: domain, impact, maximum: true, checked: true) {
        case .number(let number): count = number
        case .absent:
            throw CommandFailure(
                "cannot get vcpupin for \(impact.contains(.live) ? "offline" : "transient") domain")
        case .failed: throw CommandFailure.silent
        }
        if let vcpu, vcpu >= count {
            let isLive =
                impact.contains(.live) || !impact.contains(.config) && isKnownToRun(domain)
            throw CommandFailure(
                "vcpu \(Int32(bitPattern: vcpu)) is out of range of "
                    + "\(isLive ? "live" : "persistent") cpu count \(count)")
        }
        // A quirk of virsh: a failure of this call does not fail the command.
        let pins = tolerating { () throws(LibvirtError) in
            try domain.vcpuPinning(count: count, hostCPUCount: hostCPUs, impact)
        }
        guard let pins else { return }
        var table = Table("VCPU", "CPU Affinity")
        for (index, map) in pins.enumerated() where vcpu.map({ $0 == index }) ?? true {
            table.append("\(index)", map.ranges)
        }
        print(table)
    }
}
