extension HostCheck {
    static let firmware = HostCheck("firmware") { view in
        let domains = try view.domains()
        let isLocal = remoteHost(view.uri ?? "") == nil
        return firmwareFindings(domains, all: try view.allDomains.get()) { path in
            isLocal && isMissing(path)
        }
    }
}

/// `isMissing` tells of a path that there is surely nothing.
func firmwareFindings(
    _ domains: [DomainFacts], all: [DomainFacts], isMissing: (String) -> Bool
) -> [Finding] {
    var problems: [Finding] = []
    var secure = 0
    let flash = domains.filter { $0.firmware != nil }
    for domain in flash {
        guard let firmware = domain.firmware else { continue }
        if firmware.secureBoot == true { secure += 1 }
        problems += firmwareProblems(domain.name, firmware, isMissing)
        guard let nvram = firmware.nvram else { continue }
        let others = all.filter { $0.name != domain.name && $0.firmware?.nvram == nvram }
        if !others.isEmpty {
            problems.append(
                .error(
                    "domain '\(domain.name)' shares its NVRAM file '\(nvram)' with "
                        + listed(others.map(\.name)),
                    "give each domain its own <nvram>: copy-volume deletes it with the old disk"))
        }
    }
    return findings(
        problems,
        ok: flash.isEmpty
            ? "no domain uses UEFI"
            : "\(counted(flash.count, "domain")) with UEFI, \(secure) with secure boot")
}

private func firmwareProblems(
    _ name: String, _ firmware: DomainFacts.Firmware, _ isMissing: (String) -> Bool
) -> [Finding] {
    var problems: [Finding] = []
    if firmware.isChosen, firmware.secureBoot == nil {
        problems.append(
            .warning(
                "domain '\(name)' does not say whether to use secure boot: libvirt may enable it, "
                    + "and unsigned images do not boot then",
                "set <firmware><feature enabled='no' name='secure-boot'/></firmware> in <os>"))
    }
    if firmware.secureBoot == true {
        if !firmware.hasSMM, !firmware.isChosen {
            problems.append(
                .error(
                    "domain '\(name)' has secure boot without SMM and cannot start",
                    "add <smm state='on'/> to <features>"))
        }
        if firmware.isChosen, firmware.enrolledKeys != true {
            problems.append(
                .warning(
                    "domain '\(name)' has secure boot, but may lack the enrolled keys, without which "
                        + "it verifies nothing",
                    "add <feature enabled='yes' name='enrolled-keys'/> to <firmware>"))
        }
    } else if firmware.enrolledKeys == true {
        problems.append(
            .error(
                "domain '\(name)' has enrolled keys without secure boot",
                "set both features of <firmware> to 'yes' or both to 'no'"))
    }
    for (what, path) in [("firmware", firmware.loader), ("NVRAM template", firmware.template)] {
        guard let path, !path.isEmpty, isMissing(path) else { continue }
        problems.append(
            .error(
                "the \(what) '\(path)' of domain '\(name)' does not exist",
                "install the firmware (package ovmf or edk2-ovmf), or use another file"))
    }
    return problems
}
