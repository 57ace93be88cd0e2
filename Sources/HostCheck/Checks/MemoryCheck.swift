import Libvirt

extension Check {
    static let memory = Check("memory") { view in
        let host = UInt64(try view.connection().nodeInfo().memoryKiB)
        let all = try view.allDomains.get()
        // Fails if the named domain does not exist; the sum is that of all domains.
        _ = try view.domains()
        return memoryFindings(all, hostKiB: host)
    }
}

func memoryFindings(_ domains: [DomainFacts], hostKiB: UInt64) -> [Finding] {
    func text(_ size: UInt64) -> String {
        sizeText(size.multipliedReportingOverflow(by: 1024).partialValue)
    }
    let hint = "reduce the <memory> of the domains, or add memory to the host"
    let tooLarge = domains.filter { $0.memoryKiB > hostKiB }.map { domain in
        Finding.error(
            "domain '\(domain.name)' has \(text(domain.memoryKiB)) of memory, more than the host's "
                + text(hostKiB), hint)
    }
    guard tooLarge.isEmpty else { return tooLarge }
    let sum = domains.reduce(UInt64(0)) { sum, domain in
        // A definition may contain any number.
        let (next, overflows) = sum.addingReportingOverflow(domain.memoryKiB)
        return overflows ? UInt64.max : next
    }
    let detail =
        "\(counted(domains.count, "domain")) with \(text(sum)) of memory in total; the host has "
        + text(hostKiB)
    return [sum > hostKiB ? .warning(detail + ": they cannot all run at once", hint) : .ok(detail)]
}
