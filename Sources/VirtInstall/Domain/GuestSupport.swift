import InstallMedia
import XML

/// A kind of guest that the host can run: an element `<guest>` of its capabilities and one
/// `<domain>` in it.
struct GuestSupport {
    let guest: Node
    let domain: Node

    /// The type of domain, e.g. `kvm`.
    var type: String { domain["type"] ?? "" }
    /// E.g. `hvm`.
    var osType: String { guest.value("os_type") ?? "" }
    var architecture: String { guest.value("arch/@name") ?? "" }
    var loader: String? { guest.value("arch/loader") }
    var emulator: String? { domain.value("emulator") ?? guest.value("arch/emulator") }

    private var machineElements: [Node] {
        let own = domain.elements("machine")
        return own.isEmpty ? guest.elements(at: "arch/machine") : own
    }

    /// The names of all machines. An alias is followed by its full name.
    var machines: [String] {
        machineElements.reduce(into: []) { names, machine in
            names.append(machine.text)
            if let canonical = machine["canonical"], !names.contains(canonical) {
                names.append(canonical)
            }
        }
    }

    /// The aliases and the full names of their machines: `pc` and `pc-i440fx-7.2`.
    var aliases: [(name: String, canonical: String)] {
        machineElements.compactMap { machine in
            machine["canonical"].map { (machine.text, $0) }
        }
    }

    var hasPAE: Bool { guest.has("features/pae") }
    var hasACPI: Bool { guest.value("features/acpi/@default") == "on" }
    var hasAPIC: Bool { guest.value("features/apic/@default") == "on" }
}

extension TargetHost {
    /// The kind of guest that fits best. `nil` leaves the choice to the host.
    func support(
        osType: String?, architecture: String?, type: String?, machine: String?
    ) throws -> GuestSupport {
        // An old name for paravirtualized Xen guests.
        let osType = osType == "linux" ? "xen" : osType
        let guests = try capabilities().elements("guest")
        let own = try self.architecture()
        // Prefer the host's own architecture, but take any.
        let wanted: [String?] = architecture == nil ? [own, nil] : [architecture]
        let guest = wanted.lazy.compactMap { wanted in
            guests.first { guest in
                (osType == nil || guest.value("os_type") == osType)
                    && (wanted == nil || guest.value("arch/@name") == wanted)
            }
        }.first
        guard let guest else {
            switch (architecture, osType) {
            case (let architecture?, let osType?):
                throw InstallFailure(
                    "Host does not support virtualization type '\(osType)' "
                        + "for architecture '\(architecture)'")
            case (let architecture?, nil):
                throw InstallFailure(
                    "Host does not support any virtualization options "
                        + "for architecture '\(architecture)'")
            case (nil, let osType?):
                throw InstallFailure("Host does not support virtualization type '\(osType)'")
            case (nil, nil):
                throw InstallFailure("Host does not support any virtualization options")
            }
        }
        let fitting = guest.elements(at: "arch/domain").map {
            GuestSupport(guest: guest, domain: $0)
        }.filter { support in
            (type == nil || support.type == type?.lowercased())
                && (machine.map { support.machines.contains($0) } ?? true)
        }
        let types = version < .v50 ? ["kvm", "xen", "qemu"] : ["kvm", "xen", "hvf", "qemu"]
        let preferred = types.lazy.compactMap { name in
            fitting.first { $0.type == name }
        }.first
        if let found = preferred ?? fitting.last { return found }
        let os = guest.value("os_type") ?? ""
        let name = guest.value("arch/@name") ?? ""
        let machinePart = machine.map { " with machine '\($0)'" } ?? ""
        throw InstallFailure(
            "Host does not support domain type \(type ?? "None")\(machinePart) "
                + "for virtualization type '\(os)' with architecture '\(name)'")
    }
}
