import Libvirt
import XML

/// The result of asking for the number of a domain's vCPUs.
enum VCPUCountResult {
    case number(Int32)
    /// The domain does not have that configuration: it is inactive, or transient.
    case absent
    /// The call failed, and its error was reported.
    case failed
}

extension Shell {
    /// The number of a domain's vCPUs, or the maximum. `checked` first checks that the domain has
    /// the configuration asked for. virsh 9.0.0: `virshCPUCountCollect`.
    func vcpuCount(
        of domain: Domain, _ impact: Impact, maximum: Bool, guest: Bool = false, checked: Bool
    ) -> VCPUCountResult {
        if checked {
            if impact.contains(.live), !isKnownToRun(domain) { return .absent }
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
        // An old daemon without virDomainGetVcpusFlags: use older calls. They cannot ask the
        // guest agent.
        if guest {
            printError("Failed to retrieve vCPU count from the guest")
            return .failed
        }
        var impact = impact
        if impact.isEmpty, isKnownToRun(domain) { impact.insert(.live) }
        LibvirtError.forgetReported()
        return impact.contains(.live)
            ? runningVCPUCount(of: domain, maximum: maximum)
            : storedVCPUCount(of: domain, maximum: maximum)
    }

    private func runningVCPUCount(of domain: Domain, maximum: Bool) -> VCPUCountResult {
        if maximum {
            return tolerating { () throws(LibvirtError) in try domain.maximumVCPUCount() }
                .map { .number($0) } ?? .absent
        }
        return tolerating { () throws(LibvirtError) in try domain.info() }
            .map { .number($0.vcpus) } ?? .failed
    }

    /// The number in the persistent configuration's XML. Errors are printed here: the caller
    /// fails without a message of its own.
    private func storedVCPUCount(of domain: Domain, maximum: Bool) -> VCPUCountResult {
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
