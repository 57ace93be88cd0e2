import XML

/// A device's address on a guest's bus, e.g. `pci:0000.01.02.0` or `scsi:0.0.1`.
/// virsh 9.0.0: `virshAddress`.
struct DeviceAddress {
    enum Kind: String {
        case pci, scsi, ide, ccw, usb, sata
    }

    let kind: Kind
    /// PCI: domain, bus, slot, function. Drives: controller, bus, unit. CCW: cssid, ssid, devno.
    /// USB: bus, port.
    private let numbers: [UInt64]

    /// Returns `nil` if `text` is not an address. Text after the last number is ignored.
    /// virsh 9.0.0: `virshAddressParse`.
    init?(_ text: String) {
        let scalars = text.unicodeScalars
        guard let colon = scalars.firstIndex(of: ":"),
            let kind = Kind(rawValue: String(scalars[..<colon]))
        else { return nil }
        self.kind = kind
        let radix: UInt64 = kind == .pci || kind == .ccw ? 16 : 10
        let count =
            switch kind {
            case .pci: 4
            case .usb: 2
            default: 3
            }
        var rest = scalars[colon...]
        var numbers: [UInt64] = []
        for index in 0..<count {
            // virsh accepts any character between the numbers.
            guard rest.popFirst() != nil, let value = consumeNumber(of: &rest, radix: radix)
            else { return nil }
            // virsh parses a drive's unit as 64 bits, everything else as 32.
            let isUnit = radix == 10 && count == 3 && index == 2
            guard isUnit || value <= UInt64(UInt32.max) else { return nil }
            numbers.append(value)
        }
        self.numbers = numbers
    }

    /// Writes the element `<address>`. virsh 9.0.0: `virshAddressFormat`.
    func write(to xml: inout Writer, multifunction: Bool) {
        switch kind {
        case .pci:
            xml.element(
                "address",
                [
                    "type": "pci", "domain": hexadecimal(numbers[0], 4),
                    "bus": hexadecimal(numbers[1], 2), "slot": hexadecimal(numbers[2], 2),
                    "function": hexadecimal(numbers[3], 1),
                    "multifunction": multifunction ? "on" : nil,
                ])
        case .scsi, .ide, .sata:
            xml.element(
                "address",
                [
                    "type": "drive", "controller": "\(numbers[0])", "bus": "\(numbers[1])",
                    "unit": "\(numbers[2])",
                ])
        case .ccw:
            xml.element(
                "address",
                [
                    "type": "ccw", "cssid": hexadecimal(numbers[0], 2),
                    "ssid": hexadecimal(numbers[1], 1), "devno": hexadecimal(numbers[2], 4),
                ])
        case .usb:
            xml.element(
                "address", ["type": "usb", "bus": "\(numbers[0])", "port": "\(numbers[1])"])
        }
    }
}

/// A number with at least `width` hexadecimal digits, e.g. `0x001f`.
private func hexadecimal(_ value: UInt64, _ width: Int) -> String {
    let text = String(value, radix: 16)
    return "0x" + String(repeating: "0", count: max(0, width - text.count)) + text
}

/// Removes a number from the start of `rest` as C's `strtoull` does: after blanks and a plus
/// sign, with an optional `0x` if the radix is 16. A minus sign is refused. Returns `nil` if
/// there is no number or it does not fit.
private func consumeNumber(
    of rest: inout Substring.UnicodeScalarView, radix: UInt64
) -> UInt64? {
    rest = rest.drop { " \t\n\u{B}\u{C}\r".unicodeScalars.contains($0) }
    if rest.first == "+" { rest.removeFirst() }
    func digit(_ scalar: Unicode.Scalar?) -> UInt64? {
        guard let scalar, scalar.isASCII, let value = Character(scalar).hexDigitValue,
            value < radix
        else { return nil }
        return UInt64(value)
    }
    // `0x` is a prefix only if a digit follows; otherwise the number is 0 and ends before the x.
    if radix == 16, rest.first == "0", "xX".unicodeScalars.contains(rest.dropFirst().first ?? " "),
        digit(rest.dropFirst(2).first) != nil
    {
        rest.removeFirst(2)
    }
    var number: UInt64?
    while let next = digit(rest.first) {
        let (product, overflows) = (number ?? 0).multipliedReportingOverflow(by: radix)
        let (sum, exceeds) = product.addingReportingOverflow(next)
        guard !overflows, !exceeds else { return nil }
        number = sum
        rest.removeFirst()
    }
    return number
}
