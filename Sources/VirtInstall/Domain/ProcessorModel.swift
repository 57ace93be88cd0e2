import InstallMedia
import Libvirt
import XML

// Modes and models of virtual CPUs.

/// Sets a mode by its name on the command line, e.g. `host-passthrough` or `default`.
/// virt-install 4.1.0: `DomainCpu.set_special_mode`.
func setCPUMode(_ guest: Guest, _ mode: String) throws {
    switch mode == "default" ? bestCPUMode(guest) : mode {
    case let mode where ["host-model", "host-passthrough", "maximum"].contains(mode):
        // These belong to the mode that is replaced.
        for path in ["model", "vendor", "@migratable", "@check"] {
            guest.root.remove("cpu/\(path)")
        }
        for feature in guest.root.elements(at: "cpu/feature") { feature.remove() }
        guest.set("cpu/@mode", mode)
    case let mode where mode == "host-model-only" || mode == "host-copy":
        if mode == "host-copy" {
            guest.output.warn(
                "CPU mode=host-copy no longer supported, using mode=host-model-only")
        }
        if let model = try guest.host.capabilities().value("host/cpu/model"), !model.isEmpty {
            guest.root.remove("cpu")
            guest.setCPUModel(model)
        }
    default: guest.root.remove("cpu")
    }
    guest.hasCPUChoice = true
}

/// The best mode that still permits migration. virt-install 4.1.0:
/// `DomainCpu._get_app_default_mode`.
private func bestCPUMode(_ guest: Guest) -> String {
    if emulatesMaximumCPU(guest) { return "maximum" }
    let capabilities = guest.domainCapabilities()
    if let mode = capabilities.cpuMode("host-passthrough"), mode["supported"] == "yes",
        mode.elements(at: "enum[@name='hostPassthroughMigratable']/value").contains(where: {
            $0.text == "on"
        })
    {
        return "host-passthrough"
    }
    if let mode = capabilities.cpuMode("host-model"), mode["supported"] == "yes",
        mode.value("model/@fallback") == "forbid"
    {
        return "host-model"
    }
    return "host-model-only"
}

/// Whether an emulated guest gets all features that QEMU can emulate. virt-install 5.1.0:
/// `_should_use_maximum_cpu_mode`.
func emulatesMaximumCPU(_ guest: Guest) -> Bool {
    guard guest.version >= .v51, guest.type == "qemu",
        guest.isX86 || guest.isARMVirt || guest.isRISCVVirt || guest.isLoongArch
    else { return false }
    return guest.domainCapabilities().cpuMode("maximum")?["supported"] == "yes"
}

extension Guest {
    /// Sets a named model, with the mitigations that the host supports unless `--cpu secure=no`.
    /// virt-install 4.1.0: `DomainCpu.set_model`.
    func setCPUModel(_ model: String?) {
        root.remove("cpu/@migratable")
        if model != nil {
            set("cpu/@mode", "custom")
            setIfMissing("cpu/@match", "exact")
            for feature in securityFeatures() {
                let known = root.element("cpu/feature[@name='\(feature)']")
                if wantsSecureCPU {
                    if known == nil { setCPUFeature(feature, policy: .require) }
                } else if known?["policy"] == "require" {
                    known?.remove()
                }
            }
        }
        set("cpu/model", model)
    }

    func setCPUFeature(_ feature: String, policy: CPUFeature.Policy) {
        let cpu = root.make("cpu")
        let known = cpu.elements("feature").first { $0["name"] == feature }
        let node = known ?? cpu.append("feature")
        node.set("name", to: feature)
        node.set("policy", to: policy.rawValue)
    }

    /// The mitigations of CPU bugs that the host's own model has, as the hypervisor expands it.
    private func securityFeatures() -> [String] {
        let capabilities = domainCapabilities()
        guard let mode = capabilities.cpuMode("host-model"), mode["supported"] == "yes" else {
            return []
        }
        let cpu = Document(root: "cpu")
        for child in mode.elements() { cpu.root.append(copyOf: child) }
        cpu.root.append("arch").set(".", capabilities.value("arch"))
        let xml = cpu.root.serialized(format: false)
        let emulation = Emulation(
            emulator: capabilities.value("path"), architecture: capabilities.value("arch"),
            machine: capabilities.value("machine"), type: capabilities.value("domain"))
        do {
            let expanded = try Document(parsing: baseline(xml, for: emulation)).root
            let names = expanded.elements("feature").compactMap { $0["name"] }
            return names.filter {
                ["spec-ctrl", "ssbd", "ibpb", "virt-ssbd", "md-clear"].contains($0)
            }
        } catch {
            output.warn("Failed to get expanded CPU XML: \(message(of: error))")
            return []
        }
    }

    /// Expands a CPU for the hypervisor; for the host if the driver cannot do that.
    private func baseline(_ xml: String, for emulation: Emulation) throws -> String {
        do {
            return try host.connection.baselineCPU([xml], for: emulation, .expandFeatures)
        } catch {
            return try host.connection.baselineCPU([xml], .expandFeatures)
        }
    }
}
