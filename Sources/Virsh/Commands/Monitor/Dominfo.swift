import Libvirt
import Policy
import Text

extension Command {
    /// virsh 9.0.0: `cmdDominfo` in virsh-domain-monitor.c.
    static let dominfo = Command(
        "dominfo", .read, on: .domain, help: "basic information about a domain"
    ) { options in
        let domain = options.domain()

        return { shell, given in
            let domain = try shell.domain(given[domain])
            try shell.printNames(of: domain)
            let hasNumbers = shell.printNumbers(of: domain)
            shell.printPersistence(of: domain)
            try shell.printSecurity(of: domain)
            let messages = shell.tolerating { () throws(LibvirtError) in try domain.messages() }
            for (index, message) in (messages ?? []).enumerated() {
                shell.line(index == 0 ? "Messages:" : "", message)
            }
            // Like virsh, print what is known first; missing numbers fail the command at the end.
            guard hasNumbers else { throw CommandFailure.silent }
        }
    }
}

extension Shell {
    fileprivate func line(_ label: String, _ value: String) {
        print("\(label.padded(15)) \(value)\n")
    }

    fileprivate func printNames(of domain: Domain) throws {
        line("Id:", domain.id.map { "\(Int32(bitPattern: $0))" } ?? "-")
        line("Name:", try domain.name())
        if let uuid = tolerating({ () throws(LibvirtError) in try domain.uuid() }) {
            line("UUID:", uuid)
        }
        if let type = tolerating({ () throws(LibvirtError) in try domain.osType() }) {
            line("OS Type:", type)
        }
    }

    /// Prints state, CPU and memory. Returns false if libvirt does not report them.
    fileprivate func printNumbers(of domain: Domain) -> Bool {
        guard let info = tolerating({ () throws(LibvirtError) in try domain.info() }) else {
            return false
        }
        line("State:", info.state.name)
        line("CPU(s):", "\(info.vcpus)")
        if info.cpuNanoseconds != 0 {  // 0 for an inactive domain: virsh omits the line
            line("CPU time:", fixed(Double(info.cpuNanoseconds) / 1_000_000_000, 1) + "s")
        }
        // A quirk of virsh: it compares with the largest 32-bit number, which libvirt once
        // used for "no limit".
        line(
            "Max memory:",
            info.maxMemoryKiB == UInt(UInt32.max) ? "no limit" : "\(info.maxMemoryKiB) KiB")
        line("Used memory:", "\(info.memoryKiB) KiB")
        return true
    }

    /// Prints whether the domain persists, starts with the host, and has a managed save image.
    fileprivate func printPersistence(of domain: Domain) {
        func word(_ answer: Bool?) -> String { answer.map { $0 ? "yes" : "no" } ?? "unknown" }
        line(
            "Persistent:",
            word(tolerating { () throws(LibvirtError) in try domain.isPersistent() }))
        if let autostarts = tolerating({ () throws(LibvirtError) in try domain.autostarts() }) {
            line("Autostart:", autostarts ? "enable" : "disable")
        }
        if version >= .init(11, 2),
            let once = attempt({ () throws(LibvirtError) in try domain.autostartsOnce() })
        {
            line("Autostart Once:", once ? "enable" : "disable")
        }
        line(
            "Managed save:",
            word(tolerating { () throws(LibvirtError) in try domain.hasManagedSave() }))
    }

    /// Prints the security model and label; nothing if the host does not have a security driver.
    fileprivate func printSecurity(of domain: Domain) throws {
        let model: (model: String, doi: String)
        let connection = try connection
        do throws(LibvirtError) {
            model = try connection.securityModel()
        } catch {
            guard error.code == .noSupport else { throw error }
            return LibvirtError.forgetReported()
        }
        guard !model.model.isEmpty else { return }
        line("Security model:", model.model)
        line("Security DOI:", model.doi)
        let label = try domain.securityLabel()
        if !label.label.isEmpty {
            line(
                "Security label:",
                "\(label.label) (\(label.isEnforcing ? "enforcing" : "permissive"))")
        }
    }
}
