import XML

/// A document `<domainCapabilities>`.
struct DomainCapabilities {
    /// `nil` where the driver has none.
    let root: Node?

    /// An element's text or attribute's value, e.g. `arch` or `features/sev/@supported`.
    func value(_ path: String) -> String? { root?.value(path) }

    /// What an enumeration of a block offers, e.g. `devices/graphics` and `type`; `nil` where it
    /// has no such one.
    func values(_ block: String, _ name: String) -> [String]? {
        root?.element("\(block)/enum[@name='\(name)']")?.elements("value").map(\.text)
    }

    func offers(_ block: String, _ name: String, _ value: String) -> Bool {
        values(block, name)?.contains(value) ?? false
    }

    /// A processor mode's element, e.g. `host-passthrough`.
    func cpuMode(_ name: String) -> Node? { root?.element("cpu/mode[@name='\(name)']") }

    var offersEFI: Bool { offers("os", "firmware", "efi") }
}
