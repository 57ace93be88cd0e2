import Libvirt
import XML

/// Limits of one direction of a network interface; 0 means no limit. `average`, `peak` and
/// `floor` are in KiB/s, `burst` is in KiB. virsh 9.0.0: `virNetDevBandwidthRate`.
struct BandwidthRate {
    private(set) var average: UInt64 = 0
    private(set) var peak: UInt64 = 0
    private(set) var burst: UInt64 = 0
    private(set) var floor: UInt64 = 0

    /// Parses `average,peak,burst,floor`; fields may be empty or missing at the end.
    /// virsh 9.0.0: `virshParseRateStr`.
    init(_ text: String) throws(CommandFailure) {
        let fields = text.split(separator: ",", omittingEmptySubsequences: false)
        guard fields.count <= 4 else {
            throw CommandFailure("Rate string '\(text)' has too many fields")
        }
        let names: [(name: String, path: WritableKeyPath<BandwidthRate, UInt64>)] = [
            ("average", \.average), ("peak", \.peak), ("burst", \.burst), ("floor", \.floor),
        ]
        for (field, (name, path)) in zip(fields, names) where !field.isEmpty {
            guard let value = unsignedNumber(String(field)) else {
                throw CommandFailure("field '\(name)' is malformed")
            }
            self[keyPath: path] = value
        }
    }

    /// The typed parameters of one direction, `inbound` or `outbound`, for
    /// `virDomainSetInterfaceParameters`, which takes 32-bit numbers.
    func parameters(_ direction: String) throws(CommandFailure) -> [TypedParameter] {
        // virsh does not check the floor, and truncates it.
        guard max(average, peak, burst) <= UInt32.max else {
            throw CommandFailure("\(direction) rate larger than maximum \(UInt32.max)")
        }
        // The average is always sent: 0 removes the limit.
        let others = [("peak", peak), ("burst", burst), ("floor", floor)].filter { $0.1 != 0 }
        return ([("average", average)] + others).map { name, value in
            TypedParameter("\(direction).\(name)", .uint32(UInt32(truncatingIfNeeded: value)))
        }
    }

    /// Writes the element `<inbound>` or `<outbound>`, with an attribute for each limit.
    func write(_ direction: String, to xml: inout Writer) {
        func text(_ value: UInt64) -> String? { value > 0 ? "\(value)" : nil }
        xml.element(
            direction,
            [
                "average": text(average), "peak": text(peak), "burst": text(burst),
                "floor": text(floor),
            ])
    }
}
