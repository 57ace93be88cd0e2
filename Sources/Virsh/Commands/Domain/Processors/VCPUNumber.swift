import Libvirt
import XML

/// How many processors a domain has.
enum VCPUCount {
    case number(Int32)
    /// The domain has no such configuration: it does not run, or is not stored.
    case absent
    /// Its errors are told.
    case failed
}

extension Shell {
    /// The processors a domain uses, or may get. `checked` looks first whether the domain has
    /// that configuration. virsh 9.0.0: `virshCPUCountCollect`.
    func vcpuCount(
        of domain: Domain, _ impact: Impact, maximum: Bool, guest: Bool = false, checked: Bool
    ) -> VCPUCount {
        if checked {
            if impact.contains(.live),
                tolerating({ () throws(LibvirtError) in try domain.isActive() }) != true
            {
                return .absent
            }
            if impact.contains(.config),
                tolerating({ () throws(LibvirtError) in try domain.isPersistent() }) != true
            {
                return .absent
            }
        }
        do throws(LibvirtError) {
            return .number(try domain.vcpuCount(impact, maximum: maximum, guest: guest))
        } catch {
            guard [.noSupport, .invalidArgument].contains(error.code) else { return .failed }
        }
        if guest {
            printError("Failed to retrieve vCPU count from the guest")
            return .failed
        }
        var impact = impact
        if impact.isEmpty,
            tolerating({ () throws(LibvirtError) in try domain.isActive() }) == true
        {
            impact.insert(.live)
        }
        LibvirtError.forgetReported()
        return impact.contains(.live)
            ? runningVCPUCount(of: domain, maximum: maximum)
            : storedVCPUCount(of: domain, maximum: maximum)
    }

    private func runningVCPUCount(of domain: Domain, maximum: Bool) -> VCPUCount {
        if maximum {
            return tolerating { () throws(LibvirtError) in try domain.maximumVCPUCount() }
                .map { .number($0) } ?? .absent
        }
        return tolerating { () throws(LibvirtError) in try domain.info() }
            .map { .number($0.vcpus) } ?? .failed
    }

    private func storedVCPUCount(of domain: Domain, maximum: Bool) -> VCPUCount {
        do throws(CommandFailure) {
            let root = try description(of: domain, .inactive)
            let text = root.string(maximum ? "/domain/vcpu" : "/domain/vcpu/@current")
            guard let count = text.flatMap(signedNumber).flatMap({ Int32(exactly: $0) }) else {
                throw CommandFailure(
                    "Failed to retrieve \(maximum ? "maximum" : "current") vcpu count")
            }
            return .number(count)
        } catch {
            for line in error.lines { printError(line) }
            return .failed
        }
    }
}
