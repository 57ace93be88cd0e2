/// A PCI address in hexadecimal digits: `[domain:]bus:slot.function`. `slot.function` alone is not
/// accepted.
struct PCIAddress {
    let domain: String?
    let bus: String?
    let slot: String
    let function: String

    init?(_ text: String) {
        let colons = text.count { $0 == ":" }
        guard (1...2).contains(colons), let point = text.firstIndex(of: ".") else { return nil }
        function = String(text[text.index(after: point)...])
        let parts = text[..<point].split(separator: ":", omittingEmptySubsequences: false)
            .map(String.init)
        guard parts.count >= 2 else { return nil }
        slot = parts[parts.count - 1]
        bus = parts[parts.count - 2]
        domain = parts.count > 2 ? parts[0] : nil
    }
}
