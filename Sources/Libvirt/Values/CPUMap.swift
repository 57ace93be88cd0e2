/// A set of processors, one bit for each. C: the `cpumap` of many calls.
package struct CPUMap: Sendable {
    /// Bit N % 8 of byte N / 8 stands for processor N.
    package let bytes: [UInt8]

    package init(bytes: [UInt8]) { self.bytes = bytes }

    /// The processors with these numbers. The map is as long as the highest number needs.
    package init(_ numbers: some Collection<Int>) {
        // At least one byte, also for an empty set: libvirt rejects a map of length 0.
        var bytes = [UInt8](repeating: 0, count: (numbers.max() ?? -1) / 8 + 1)
        for number in numbers { bytes[number / 8] |= 1 << UInt8(number % 8) }
        self.init(bytes: bytes)
    }

    /// The length in bytes of a map for `count` processors. C: `VIR_CPU_MAPLEN`.
    static func length(_ count: Int32) -> Int { (max(0, Int(count)) + 7) / 8 }

    /// Whether the processor is in the set. C: `VIR_CPU_USED`.
    package func contains(_ cpu: Int) -> Bool {
        bytes.indices.contains(cpu / 8) && bytes[cpu / 8] & 1 << UInt8(cpu % 8) != 0
    }

    /// The processors as ranges, e.g. `0-2,5`; empty if the set is empty.
    /// libvirt 9.0.0: `virBitmapDataFormat`.
    package var ranges: String {
        var ranges: [ClosedRange<Int>] = []
        for cpu in 0..<bytes.count * 8 where contains(cpu) {
            if let last = ranges.last, last.upperBound == cpu - 1 {
                ranges[ranges.count - 1] = last.lowerBound...cpu
            } else {
                ranges.append(cpu...cpu)
            }
        }
        return ranges.map {
            $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)"
        }.joined(separator: ",")
    }
}
