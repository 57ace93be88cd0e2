import Host
import Libvirt

/// One thing that a host has to have right.
struct HostCheck: Sendable {
    /// E.g. `sshd-terminal`.
    let name: String
    let look: @Sendable (HostView) throws -> [Finding]

    init(_ name: String, _ look: @escaping @Sendable (HostView) throws -> [Finding]) {
        self.name = name
        self.look = look
    }

    /// What it found; what cannot be seen is a finding, too.
    func findings(_ view: HostView) -> [Finding] {
        do { return try look(view) } catch {
            let helps = isPermissionDenied(error) && !ProcessInformation.isRoot
            return [
                .unknown(
                    Refusal(error).message, helps ? "run the helper as root to check this" : "")
            ]
        }
    }

    private func isPermissionDenied(_ error: any Error) -> Bool {
        switch error {
        case let error as Refusal:
            error.kind == .denied || error.libvirt?.isPermissionDenied == true
        case let error as LibvirtError: error.isPermissionDenied
        case let error as SystemError: error.condition == .denied
        default: false
        }
    }
}

/// What one check saw.
struct Finding: Hashable, Sendable {
    enum Status: String, Sendable { case ok, warning, error }

    let status: Status
    /// What was seen.
    let detail: String
    /// What to do about it; empty where nothing is to be done.
    let hint: String

    static func ok(_ detail: String) -> Finding { Finding(status: .ok, detail: detail, hint: "") }

    /// It works, but badly or not for everybody.
    static func warning(_ detail: String, _ hint: String) -> Finding {
        Finding(status: .warning, detail: detail, hint: hint)
    }

    /// It does not work, or is open to those whom it should not be.
    static func error(_ detail: String, _ hint: String) -> Finding {
        Finding(status: .error, detail: detail, hint: hint)
    }

    /// Nothing could be seen, for this reason.
    static func unknown(_ reason: String, _ hint: String = "") -> Finding {
        warning("cannot tell: \(reason)", hint)
    }
}

enum HostChecks {
    /// All checks, from what the others need to what needs the others.
    static let all: [HostCheck] = [
        .libvirt, .passt, .virtualization, .pool, .poolReflinks, .poolSpace, .bootScratch, .disk,
        .forward, .addresses, .portConflict, .portTaken, .firewall, .memory, .firmware, .osData,
        .dropIn, .forcedCommand, .forwarding, .terminal, .keepAlive, .sudoers, .loginShell,
        .stateDirectory, .sessionDirectories,
    ]
}

/// What is wrong, or that nothing is.
func findings(_ problems: [Finding], ok detail: @autoclosure () -> String) -> [Finding] {
    problems.isEmpty ? [.ok(detail())] : problems
}

/// Where an example for administrators is, e.g. `/usr/share/atex-virt-helper/libvirt/...`: beside
/// the program where that is installed, else in the source.
func example(_ name: String) -> String {
    do throws(SystemError) {
        let program = try linkTarget("/proc/self/exe").split(separator: "/")
        let path =
            "/"
            + (program.dropLast(2) + ["share/atex-virt-helper/\(name)"])
            .joined(separator: "/")
        _ = try FileStatus(of: path)
        return path
    } catch { return "contrib/\(name)" }
}

/// Some names for a person to read: `'vm1', 'vm2' and 5 more`.
func listed(_ names: [String]) -> String {
    let shown = names.prefix(5).map { "'\($0)'" }.joined(separator: ", ")
    return names.count > 5 ? "\(shown) and \(names.count - 5) more" : shown
}

/// E.g. `3 domains`.
func counted(_ count: Int, _ noun: String) -> String {
    "\(count) \(noun)\(count == 1 ? "" : "s")"
}

/// A number of bytes for a person, e.g. `1.5 GiB`.
func sizeText(_ bytes: UInt64) -> String {
    let units = ["bytes", "KiB", "MiB", "GiB", "TiB", "PiB"]
    var value = Double(bytes)
    var unit = 0
    while value >= 1024, unit < units.count - 1 {
        value /= 1024
        unit += 1
    }
    return unit == 0 ? "\(bytes) bytes" : "\(fixed(value, 1)) \(units[unit])"
}
