import Libvirt

extension Shell {
    /// Parses a list of the host's processors such as `0-2,^1`. A list that starts with `r`
    /// means all of them, which resets a pinning. virsh 9.0.0: `virshParseCPUList`.
    func cpuMap(_ list: String, hostCPUs: Int32) throws(CommandFailure) -> CPUMap {
        if list.hasPrefix("r") { return CPUMap(0..<Int(hostCPUs)) }
        guard let numbers = cpuNumbers(list) else {
            // virsh calls libvirt's parser, which reports this error; it follows virsh's own.
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

/// The numbers of a list; `nil` if it is malformed. `^N` removes a number that an earlier part
/// added. libvirt 9.0.0: `virBitmapParseInternal`, with virsh's limit of 1024 processors.
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
            guard !isRemoved else { return nil }  // `^1-3` is not allowed
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
