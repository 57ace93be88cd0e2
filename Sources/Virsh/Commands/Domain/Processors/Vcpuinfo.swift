import Libvirt
import Policy
import Text
import XML

extension Command {
    /// virsh 9.0.0: `cmdVcpuinfo` in virsh-domain.c.
    static let vcpuinfo = Command(
        "vcpuinfo", .read, on: .domain, help: "state, CPU time and affinity of a domain's vCPUs"
    ) { options in
        let domain = options.domain()
        let pretty = options.flag("pretty", "affinity as ranges")

        return { shell, given in
            let domain = try shell.domain(given[domain])
            let cpus = try shell.hostCPUCount()
            let info = try domain.info()
            let isPretty = try given[pretty]
            let vcpus: [Domain.VCPU]
            do throws(LibvirtError) {
                vcpus = try domain.vcpus(count: info.vcpus, hostCPUCount: cpus)
            } catch {
                // Only a running domain has vCPUs. For an inactive one, print its configuration.
                guard info.state == .shutOff else { throw error }
                LibvirtError.forgetReported()
                return try shell.printPinning(of: domain, hostCPUCount: cpus, isPretty)
            }
            for (index, vcpu) in vcpus.enumerated() {
                if index > 0 { shell.print("\n") }
                shell.print("VCPU:           \(Int32(bitPattern: vcpu.number))\n")
                shell.print("CPU:            \(vcpu.hostCPU)\n")
                shell.print("State:          \(vcpu.state?.name ?? "no state")\n")
                if vcpu.cpuNanoseconds != 0 {
                    let seconds = fixed(Double(vcpu.cpuNanoseconds) / 1_000_000_000, 1)
                    shell.print("CPU time:       \(seconds)s\n")
                }
                shell.print(affinity(vcpu.affinity, hostCPUCount: cpus, isPretty))
            }
        }
    }
}

extension Domain.VCPUState: VirshNamed {
    /// virsh 9.0.0: `virshDomainVcpuStateToString`.
    var name: String {
        switch self {
        case .offline: "offline"
        case .running: "running"
        case .blocked: "blocked"
        }
    }
}

/// A line with a map of the host's processors, as `yy--` or as ranges.
/// virsh 9.0.0: `virshVcpuinfoPrintAffinity`.
private func affinity(_ map: CPUMap, hostCPUCount: Int32, _ isPretty: Bool) -> String {
    let text =
        isPretty
        ? "\(map.ranges) (out of \(hostCPUCount))"
        : (0..<max(0, Int(hostCPUCount))).map { map.contains($0) ? "y" : "-" }.joined()
    return "CPU Affinity:   \(text)\n"
}

extension Shell {
    /// Prints the configured vCPUs of an inactive domain. virsh 9.0.0: `virshVcpuinfoInactive`.
    fileprivate func printPinning(
        of domain: Domain, hostCPUCount: Int32, _ isPretty: Bool
    ) throws {
        let (vcpus, maximum) = try storedVCPUs(of: domain)
        let maps = try domain.vcpuPinning(count: maximum, hostCPUCount: hostCPUCount, .config)
        for (index, vcpu) in vcpus.enumerated() {
            if index > 0 { print("\n") }
            print("VCPU:           \(vcpu)\nCPU:            N/A\nState:          N/A\n")
            print("CPU time        N/A\n")  // virsh has no colon here
            let map = maps.indices.contains(vcpu) ? maps[vcpu] : CPUMap(bytes: [])
            print(affinity(map, hostCPUCount: hostCPUCount, isPretty))
        }
    }

    /// The numbers of the vCPUs that an inactive domain will start with, and the maximum count.
    /// virsh 9.0.0: `virshDomainGetVcpuBitmap`.
    private func storedVCPUs(of domain: Domain) throws -> (vcpus: [Int], maximum: Int32) {
        let root = try description(of: domain, .inactive)
        func number(_ text: String?) -> UInt32? {
            text.flatMap { unsignedNumber($0) }.flatMap { UInt32(exactly: $0) }
        }
        guard let maximum = number(root.string("/domain/vcpu")).flatMap({ Int32(exactly: $0) })
        else { throw CommandFailure("Failed to retrieve maximum vcpu count") }
        var count = number(root.string("/domain/vcpu/@current")) ?? 0
        if count == 0 { count = UInt32(maximum) }

        // Without individual <vcpu> elements, the first `count` ones are enabled.
        let nodes = try root.nodes("/domain/vcpus/vcpu")
        guard !nodes.isEmpty else { return (Array(0..<Int(min(count, UInt32(maximum)))), maximum) }
        var vcpus: Set<Int> = []
        for node in nodes where node.string("@enabled") == "yes" {
            if let id = number(node.string("@id")), id < UInt32(maximum) { vcpus.insert(Int(id)) }
        }
        guard vcpus.count == Int(count) else {
            throw CommandFailure("Failed to retrieve vcpu state bitmap")
        }
        return (vcpus.sorted(), maximum)
    }
}
