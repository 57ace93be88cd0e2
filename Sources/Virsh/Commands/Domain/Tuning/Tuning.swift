import Libvirt

extension Shell {
    /// Sets what was asked for, or prints all parameters where nothing was. The lines say what
    /// failed: setting, counting, reading.
    func tune(
        _ domain: Domain, _ tunables: Domain.Tunables, _ changes: [TypedParameter],
        _ impact: Impact, failures: (set: String, count: String, get: String),
        shown: (TypedParameter) -> String = { $0.value.text ?? "" }
    ) throws(CommandFailure) {
        guard changes.isEmpty else {
            try explaining(failures.set) { () throws(LibvirtError) in
                try domain.setParameters(tunables, changes, impact)
            }
            return
        }
        let count = try explaining(failures.count) { () throws(LibvirtError) in
            try domain.parameterCount(tunables, impact)
        }
        let parameters = try explaining(failures.get) { () throws(LibvirtError) in
            try domain.parameters(tunables, count: count, impact)
        }
        for parameter in parameters {
            print("\(parameter.name.padded(15)): \(shown(parameter))\n")
        }
    }

    /// The processors that a list names: `0-2,^1`, or with an r all of the host.
    /// virsh 9.0.0: `virshParseCPUList`.
    func cpuMap(_ list: String, hostCPUs: Int32) throws(CommandFailure) -> CPUMap {
        if list.hasPrefix("r") { return CPUMap(0..<Int(hostCPUs)) }
        guard let numbers = cpuNumbers(list) else {
            LibvirtError(
                code: .invalidArgument,
                message: "invalid argument: Failed to parse bitmap '\(list)'"
            ).report()
            throw CommandFailure("Invalid cpulist '\(list)'")
        }
        guard let last = numbers.max() else {
            throw CommandFailure("Invalid cpulist '\(list)'")
        }
        guard last < hostCPUs else {
            throw CommandFailure(
                "CPU \(last) in cpulist '\(list)' exceed the maxcpu \(hostCPUs)")
        }
        return CPUMap(numbers)
    }
}

/// libvirt 9.0.0: `virBitmapParseInternal`, with 1024 as virsh's limit.
private func cpuNumbers(_ list: String) -> Set<Int>? {
    let blanks: Set<Unicode.Scalar> = [" ", "\t", "\n", "\u{B}", "\u{C}", "\r"]
    var rest = list.unicodeScalars[...]
    var numbers: Set<Int> = []
    func skipBlanks() { rest = rest.drop { blanks.contains($0) } }
    func number() -> Int? {
        let digits = String(rest.prefix { ("0"..."9").contains($0) })
        rest = rest.dropFirst(digits.utf8.count)
        return Int32(digits).map { Int($0) }
    }
    skipBlanks()
    guard !rest.isEmpty else { return nil }
    while !rest.isEmpty {
        let isRemoved = rest.first == "^"
        if isRemoved { rest.removeFirst() }
        guard let start = number(), start < 1024 else { return nil }
        skipBlanks()
        if rest.isEmpty || rest.first == "," {
            if isRemoved { numbers.remove(start) } else { numbers.insert(start) }
        } else if rest.first == "-" {
            guard !isRemoved else { return nil }
            rest.removeFirst()
            skipBlanks()
            guard let last = number(), last >= start, last < 1024 else { return nil }
            numbers.formUnion(start...last)
            skipBlanks()
        }
        guard !rest.isEmpty else { break }
        guard rest.removeFirst() == "," else { return nil }
        skipBlanks()
    }
    return numbers
}
