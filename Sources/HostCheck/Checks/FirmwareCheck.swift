extension Check {
    static let firmware = Check("firmware") { view in
        let domains = try view.domains()
        return firmwareFindings(domains, all: try view.allDomains.get()) { path in
            view.isLocal && isMissing(path)
        }
    }
}

/// The findings about `domains`, whose NVRAM files are compared with those of `all`.
func firmwareFindings(
    _ domains: [DomainFacts], all: [DomainFacts], isMissing: (String) -> Bool
) -> [Finding] {
    var problems: [Finding] = []
    var secureCount = 0
    let uefi = domains.filter { $0.firmware != nil }
    for domain in uefi {
        guard let firmware = domain.firmware else { continue }
        if firmware.secureBoot == true { secureCount += 1 }
        problems += secureBootProblems(domain.name, firmware)
        problems += missingFiles(domain.name, firmware, isMissing)
        guard let nvram = firmware.nvram else { continue }
        let others = all.filter { $0.name != domain.name && $0.firmware?.nvram == nvram }
        if !others.isEmpty {
            problems.append(
                .error(
                    "domain '\(domain.name)' shares its NVRAM file '\(nvram)' with "
                        + listed(others.map(\.name)),
                    editing(
                        domain.name,
                        "give each domain its own <nvram>, because copy-volume deletes it with the "
                            + "old disk")))
        }
    }
    return findings(
        problems,
        ok: uefi.isEmpty
            ? "no domain uses UEFI"
            : "\(counted(uefi.count, "domain")) with UEFI, \(secureCount) with secure boot")
}

private func secureBootProblems(
    _ name: String, _ firmware: DomainFacts.Firmware
) -> [Finding] {
    var problems: [Finding] = []
    if firmware.isAutoselected, firmware.secureBoot == nil {
        problems.append(
            .warning(
                "domain '\(name)' does not say whether to use secure boot: libvirt may enable it, "
                    + "and unsigned images do not boot then",
                editing(
                    name,
                    "set <firmware><feature enabled='no' name='secure-boot'/></firmware> in <os>")))
    }
    if firmware.secureBoot == true {
        // If libvirt chooses the firmware, it enables SMM as well.
        if !firmware.hasSMM, !firmware.isAutoselected {
            problems.append(
                .error(
                    "domain '\(name)' has secure boot without SMM and cannot start",
                    editing(name, "add <smm state='on'/> to <features>")))
        }
        if firmware.isAutoselected, firmware.enrolledKeys != true {
            problems.append(
                .warning(
                    "domain '\(name)' has secure boot, but may lack the enrolled keys, without which "
                        + "it verifies nothing",
                    editing(
                        name, "add <feature enabled='yes' name='enrolled-keys'/> to <firmware>")))
        }
    } else if firmware.enrolledKeys == true {
        problems.append(
            .error(
                "domain '\(name)' has enrolled keys without secure boot",
                editing(name, "set both features of <firmware> to 'yes' or both to 'no'")))
    }
    return problems
}

private func missingFiles(
    _ name: String, _ firmware: DomainFacts.Firmware, _ isMissing: (String) -> Bool
) -> [Finding] {
    var problems: [Finding] = []
    for (what, path) in [("firmware", firmware.loader), ("NVRAM template", firmware.template)] {
        guard let path, !path.isEmpty, isMissing(path) else { continue }
        problems.append(
            .error(
                "the \(what) '\(path)' of domain '\(name)' does not exist",
                "install the firmware (package ovmf or edk2-ovmf), or use another file"))
    }
    return problems
}
