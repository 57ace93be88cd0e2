import XML

/// A document `<domainCapabilities>`.
struct DomainCapabilities {
    /// `nil` if the driver has none.
    let root: Node?

    /// An element's text or attribute's value, e.g. `arch` or `features/sev/@supported`.
    func value(_ path: String) -> String? { root?.value(path) }

    /// The values of an enumeration, e.g. of `devices/graphics` and `type`; `nil` if it does not
    /// exist.
    func values(_ block: String, _ name: String) -> [String]? {
        root?.element("\(block)/enum[@name='\(name)']")?.elements("value").map(\.text)
    }

    func offers(_ block: String, _ name: String, _ value: String) -> Bool {
        values(block, name)?.contains(value) ?? false
    }

    /// The element of a CPU mode, e.g. `host-passthrough`.
    func cpuMode(_ name: String) -> Node? { root?.element("cpu/mode[@name='\(name)']") }

    var offersEFI: Bool { offers("os", "firmware", "efi") }
}
