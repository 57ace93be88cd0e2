import System
import Text

// Parts of the details and hints.

/// The path of an example for administrators, e.g. `/usr/share/atex-virt-helper/libvirt/...`: in
/// the installation that this program belongs to, or else in the source tree.
func examplePath(_ name: String) -> String {
    do throws(SystemError) {
        // /usr/bin/atex-virt-helper belongs to /usr/share/atex-virt-helper.
        let program = try linkTarget("/proc/self/exe").split(separator: "/")
        let path =
            "/"
            + (program.dropLast(2) + ["share/atex-virt-helper/\(name)"])
            .joined(separator: "/")
        _ = try FileStatus(of: path)
        return path
    } catch { return "contrib/\(name)" }
}

/// How to make a change in the definition of a domain.
func editing(_ domain: String, _ change: String) -> String {
    let file = "/root/\(domain).xml"
    return "\(change): 'virsh dumpxml --inactive \(domain) >\(file)', edit the file, and "
        + "'virsh define \(file)'"
}

/// Names in quotes, at most five of them: `'vm1', 'vm2' and 5 more`.
func listed(_ names: [String]) -> String {
    let shown = names.prefix(5).map { "'\($0)'" }.joined(separator: ", ")
    return names.count > 5 ? "\(shown) and \(names.count - 5) more" : shown
}

/// E.g. `1 domain` or `3 domains`.
func counted(_ count: Int, _ noun: String) -> String {
    "\(count) \(noun)\(count == 1 ? "" : "s")"
}

/// A number of bytes in a readable unit, e.g. `1.5 GiB`.
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
