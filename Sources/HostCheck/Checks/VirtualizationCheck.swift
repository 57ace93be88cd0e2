import Libvirt
import System
import XML

extension Check {
    static let virtualization = Check("virtualization") { view in
        var facts = VirtualizationFacts()
        if let guest = view.guestCapabilities {
            // libvirt's default domain type is kvm whenever the host can run it.
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
        if view.isLocal {
            facts.deviceProblem = deviceProblem("/dev/kvm")
            facts.hasProcessorFlag = hasVirtualization(cpuinfo: try text(of: "/proc/cpuinfo"))
        }
        return [facts.finding]
    }
}

/// Whether the processor reports Intel's or AMD's virtualization; `nil` for another kind of
/// processor, which has no such flags.
func hasVirtualization(cpuinfo: String) -> Bool? {
    guard let flags = cpuinfo.split(separator: "\n").first(where: { $0.hasPrefix("flags") }) else {
        return nil
    }
    return flags.split { $0 == " " || $0 == "\t" }.contains { $0 == "vmx" || $0 == "svm" }
}

private func deviceProblem(_ path: String) -> String? {
    guard let error = accessError(toReadAndWrite: path) else { return nil }
    return error.condition == .notFound ? "does not exist" : "cannot be used: \(error.message)"
}

struct VirtualizationFacts {
    /// The architectures for which libvirt offers hardware virtualization.
    var architectures: [String] = []
    /// What is wrong with `/dev/kvm`; `nil` if nothing is, or if libvirt is on another host.
    var deviceProblem: String?
    /// Whether the processor reports virtualization; `nil` if that is unknown.
    var hasProcessorFlag: Bool?
    var domains: [(name: String, type: String)] = []

    var finding: Finding { architectures.isEmpty ? emulationOnly : hardware }

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

    private var emulationOnly: Finding {
        var detail = "no hardware virtualization (KVM), only slow emulation"
        if let deviceProblem {
            detail += ": /dev/kvm \(deviceProblem)"
        } else if hasProcessorFlag == false {
            detail += ": the processor reports neither vmx nor svm"
        }
        // The cause that lies deepest decides what to do.
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
