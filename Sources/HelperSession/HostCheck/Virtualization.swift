import Host
import Libvirt
import XML

extension HostCheck {
    static let virtualization = HostCheck("virtualization") { view in
        var facts = VirtualizationFacts()
        if let guest = view.guestCapabilities {
            // The usual guest has hardware virtualization wherever there is some.
            if try guest.text("/domainCapabilities/domain") == "kvm" {
                facts.architectures = [try guest.text("/domainCapabilities/arch") ?? ""]
            }
        } else {
            let document = try Document(parsing: view.connection().capabilities())
            facts.architectures =
                try document.nodes("/capabilities/guest[arch/domain/@type='kvm']/arch/@name")
                .map(\.text)
        }
        facts.domains = try view.domains().map { ($0.name, $0.type) }
        if remoteHost(view.uri ?? "") == nil {
            facts.deviceProblem = deviceProblem("/dev/kvm")
            facts.hasProcessorFlag = hasVirtualization(cpuinfo: try text(of: "/proc/cpuinfo"))
        }
        return facts.findings
    }
}

/// Whether the processor says that it can; `nil` where it is none of those that say so.
func hasVirtualization(cpuinfo: String) -> Bool? {
    guard let flags = cpuinfo.split(separator: "\n").first(where: { $0.hasPrefix("flags") }) else {
        return nil
    }
    return flags.split { $0 == " " || $0 == "\t" }.contains { $0 == "vmx" || $0 == "svm" }
}

private func deviceProblem(_ path: String) -> String? {
    guard let error = obstacle(toUsing: path) else { return nil }
    return error.condition == .notFound ? "does not exist" : "cannot be used: \(error.message)"
}

struct VirtualizationFacts {
    /// Those for which libvirt offers hardware virtualization.
    var architectures: [String] = []
    /// What is wrong with `/dev/kvm`; `nil` where nothing is, or it cannot be seen.
    var deviceProblem: String?
    /// Whether the processor says that it can; `nil` where that cannot be seen.
    var hasProcessorFlag: Bool?
    var domains: [(name: String, type: String)] = []

    var findings: [Finding] {
        architectures.isEmpty ? [emulation] : [hardware]
    }

    private var hardware: Finding {
        let emulated = domains.filter { $0.type == "qemu" }.map(\.name)
        guard emulated.isEmpty else {
            return .warning(
                "emulated although hardware virtualization (KVM) is available: \(listed(emulated))",
                "use <domain type='kvm'> instead of 'qemu'; emulation is many times slower")
        }
        let list = architectures.joined(separator: ", ")
        return .ok("hardware virtualization (KVM) for \(list)")
    }

    private var emulation: Finding {
        var detail = "no hardware virtualization (KVM), only slow emulation"
        if let deviceProblem {
            detail += ": /dev/kvm \(deviceProblem)"
        } else if hasProcessorFlag == false {
            detail += ": the processor reports neither vmx nor svm"
        }
        var hint = "load the kernel module kvm_intel or kvm_amd, then restart the libvirt daemon"
        if hasProcessorFlag == false {
            hint =
                "enable virtualization in the host's firmware; if the host is a virtual machine, enable "
                + "nested virtualization on the machine that runs it"
        } else if deviceProblem == nil {
            hint = "restart the libvirt daemon, and read its log for why QEMU cannot use /dev/kvm"
        }
        let stopped = domains.filter { $0.type == "kvm" }.map(\.name)
        if stopped.isEmpty { return .warning(detail, hint) }
        return .error(
            "\(detail); domains of type 'kvm' cannot start: \(listed(stopped))",
            hint + "; or use <domain type='qemu'>")
    }
}
