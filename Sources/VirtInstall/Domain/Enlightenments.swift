import XML

/// Adds the enlightenments for Windows that the hypervisor has. virt-install 5.0.0:
/// `_set_hyperv_defaults`.
func addEnlightenments(_ guest: Guest) throws {
    let capabilities = guest.domainCapabilities()
    guard capabilities.value("features/hyperv/@supported") == "yes" else { return }
    let offered = capabilities.values("features/hyperv", "features") ?? []
    let path = { (name: String) in "features/hyperv/\(name)/@state" }
    // Some depend on others, which the command line may have turned off.
    let add = { (name: String, needed: [String]) in
        guard offered.contains(name.replacing("/", with: "_")),
            needed.allSatisfy({ guest.text(path($0)) == "on" })
        else { return }
        guest.setIfMissing(path(name), "on")
    }
    add("relaxed", [])
    add("vapic", [])
    add("spinlocks", [])
    if offered.contains("spinlocks") {
        guest.setIfMissing("features/hyperv/spinlocks/@retries", "8191")
    }
    guard guest.host.gate.addsAllEnlightenments else { return }
    add("vpindex", [])
    add("runtime", [])
    add("synic", ["vpindex"])
    if guest.root.element("clock/timer[@name='hypervclock']") != nil {
        add("stimer", ["vpindex", "synic"])
        add("stimer/direct", ["vpindex", "synic", "stimer"])
    }
    add("frequencies", [])
    add("tlbflush", ["vpindex"])
    add("ipi", ["vpindex"])
    if try guest.host.capabilities().value("host/cpu/vendor") == "Intel" {
        add("evmcs", ["vapic"])
    }
    if guest.root.element("features/apic") != nil { add("avic", []) }
}
