import Libvirt
import OSInfo
import XML

// Defaults that depend on the operating system.

/// Generates a name from the operating system's if there is none.
/// virt-install 4.1.0: `Guest.generate_name`.
func nameGuest(_ guest: Guest) throws {
    guard guest.name == nil else { return }
    let system = try guest.system
    var base = system.name
    if base.hasSuffix("-unknown"), let dash = base.lastIndex(of: "-") {
        base = String(base[..<dash])
    }
    var isNumbered = system.isGeneric
    if isNumbered { base = guest.isContainer ? "container" : "vm" }
    if guest.architecture != (try guest.host.architecture()) {
        let architecture = guest.architecture ?? ""
        base += "-\(architecture == "armv7l" ? "arm" : architecture)"
        isNumbered = false
    }
    var name = isNumbered ? "\(base)1" : base
    var number = 1
    while try guest.host.hasGuest(named: name) {
        number += 1
        name = isNumbered ? "\(base)\(number)" : "\(base)-\(number)"
    }
    guest.output.say("Using default --name \(name)")
    guest.name = name
}

extension TargetHost {
    /// Whether there is a guest of that name.
    fileprivate func hasGuest(named name: String) throws -> Bool {
        do throws(LibvirtError) {
            _ = try connection.domain(name: name)
            return true
        } catch {
            return false  // As in virt-install, for any error.
        }
    }
}

/// Adds the memory, CPUs and disk that the operating system recommends, if options for them are
/// missing. virt-install 4.1.0: `set_cli_defaults`.
func addSystemDefaults(options: inout CommandLineValues, guest: Guest) throws {
    guard !guest.isContainer else {
        if !hasMemory(guest) {
            guest.output.say("Using container default --memory 1024")
            setMemory(guest, kibibytes: 1024 * 1024)
        }
        return
    }
    let system = try guest.system
    let architecture = guest.architecture ?? ""
    // An unattended installation adds drivers, so the guest may have devices that Windows alone
    // does not support.
    if options.has("unattended"), system.isWindows {
        guest.addedDrivers = system.drivers.filter {
            $0.isForInstallation && $0.architecture == architecture
        }.flatMap(\.devices)
    }
    if let memory = try system.recommended(\.memory, architecture), !hasMemory(guest) {
        guest.output.say("Using \(system.name) default --memory \(mebibytes(memory))")
        setMemory(guest, kibibytes: memory / 1024)
    }
    if let processors = try system.recommended(\.processors, architecture) {
        try completeTopology(guest, otherwise: Int(processors))
    }
    if let storage = try system.recommended(\.storage, architecture), !hasStorage(options, guest) {
        let disk = "size=\(storage >> 30)"
        guest.output.say("Using \(system.name) default --disk \(disk)")
        // Also for the check that there is storage.
        options.add(disk, to: "disk")
        try InstallOption.disk.apply(disk, to: guest)
    }
}

private func setMemory(_ guest: Guest, kibibytes: Int64) {
    if Int64(guest.number("memory") ?? 0) < kibibytes { guest.set("memory", String(kibibytes)) }
    guest.set("currentMemory", String(kibibytes))
}

/// A size in MiB, with a fraction if necessary.
private func mebibytes(_ bytes: Int64) -> String {
    bytes % (1 << 20) == 0 ? String(bytes >> 20) : "\(Double(bytes) / Double(1 << 20))"
}

/// Makes the number of CPUs and their topology agree. `otherwise` is the number if neither is set.
/// virt-install 4.1.0: `sync_vcpus_topology`.
func completeTopology(_ guest: Guest, otherwise: Int) throws {
    let path = "cpu/topology/@"
    let hasTopology = guest.root.element("cpu/topology").map { !$0.isBare } ?? false
    // Numbers from the command line may be huge, so multiply without a trap.
    let total = {
        ["sockets", "dies", "cores", "threads"].reduce(1) { total, name in
            let count = guest.number(path + name) ?? 0
            let (product, overflowed) = total.multipliedReportingOverflow(
                by: count == 0 ? 1 : count)
            return overflowed ? Int.max : product
        }
    }
    var processors = guest.number("vcpu") ?? 0
    if processors == 0 {
        processors = hasTopology ? total() : otherwise
        if let current = guest.number("vcpu/@current"), current > processors {
            guest.set("vcpu/@current", String(processors))
        }
        guest.set("vcpu", String(processors))
    }
    guard hasTopology else { return }
    for name in ["cores", "sockets", "dies", "threads"] where guest.number(path + name) ?? 0 == 0 {
        // Without a trap, for the same reason.
        let rest = processors.dividedReportingOverflow(by: total()).partialValue
        guest.set(path + name, String(name == "dies" ? 1 : rest))
    }
    guard total() == processors else {
        let value = { (name: String) in guest.text(path + name) ?? "0" }
        throw InstallFailure(
            "Total CPUs implied by topology (sockets=\(value("sockets")) * dies=\(value("dies"))"
                + " * cores=\(value("cores")) * threads=\(value("threads")) == \(total()))"
                + " does not match vCPU count \(processors)")
    }
}

// MARK: - warnings

/// Warns of a generic operating system and of too little memory.
func warnOfOperatingSystem(_ guest: Guest) throws {
    let system = try guest.system
    if system.isGeneric, guest.isHVM {
        guest.output.warn(
            "Using --osinfo generic, VM performance may suffer. "
                + "Specify an accurate OS for optimal results.")
    }
    guard let memory = guest.number("currentMemory"), memory > 0 else { return }
    let mebibytes = memory / 1024
    if let least = try system.minimumMemory(guest.architecture ?? "") {
        if least / 1024 > memory {
            guest.output.warn(
                "Requested memory \(mebibytes) MiB is less than the recommended "
                    + "\(least >> 20) MiB for OS \(system.name)")
        }
    } else if mebibytes < 17 {
        guest.output.warn(
            "Requested memory \(mebibytes) MiB is abnormally low. Were you trying to specify GiB?")
    }
}
