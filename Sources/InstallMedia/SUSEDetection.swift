extension Detection {
    /// Newer trees have a .treeinfo file, older ones a file `content`.
    /// virt-install 4.1.0: `_SuseDistro`.
    func suse(_ edition: SUSEEdition) throws(MediaError) -> Distribution? {
        let info = try treeInfo()
        if let info, info.family.contains(edition.family) {
            return try found(suseSystem(edition, info) ?? suseSystemFromURL(), info)
        }
        guard let text = try media.text(of: "content"), let content = SUSEContent(parsing: text),
            edition.products.contains(where: { content.product.contains($0) })
        else { return nil }
        let system = ifKnown(
            info.flatMap { suseSystem(edition, $0) } ?? suseSystemFromURL()
                ?? suseSystem(edition, content))
        return Distribution(
            system: system, kernels: suseKernels(content.architecture ?? "", system ?? ""),
            medium: nil)
    }

    private func suseSystem(_ edition: SUSEEdition, _ info: TreeInfo) -> String? {
        guard let name = info.name else { return nil }
        if name.contains("openSUSE Tumbleweed") { return "opensusetumbleweed" }
        guard let version = info.version else { return nil }
        let (major, minor) = versionParts(version)
        let prefix = edition.rawValue
        // The short ids of the enterprise editions' first releases have no `.0`.
        return newest(minor) {
            $0 == 0 && edition.isEnterprise ? "\(prefix)\(major)" : "\(prefix)\(major).\($0)"
        }
    }

    /// The openSUSE whose version is a part of the URL, e.g. `/15.4/`.
    private func suseSystemFromURL() -> String? {
        catalog.systems("opensuse").first {
            media.location.text.contains("/\($0.name.dropFirst("opensuse".count))/")
        }?.name
    }

    private func suseSystem(_ edition: SUSEEdition, _ content: SUSEContent) -> String? {
        guard let version = content.version else { return nil }
        let prefix = edition.rawValue
        guard edition.isEnterprise else { return prefix + version }
        // `12.3` is service pack 3: `sles12sp3`.
        let parts = version.split(separator: ".", maxSplits: 1)
        return parts.count > 1 ? "\(prefix)\(parts[0])sp\(parts[1])" : prefix + version
    }

    private func suseKernels(_ architecture: String, _ system: String) -> [KernelPair] {
        var name = architecture
        // The prefix, because a tree for `i586 x86_64` has its kernel in the folder of the first.
        if ["i486", "i586", "i686"].contains(name.prefix(4)) { name = "i386" }
        // boot/loader has the 64-bit kernel beside the 32-bit one.
        let suffix64 = architecture == "x86_64" ? "64" : ""
        var pairs: [KernelPair] = []
        if target.isXen {
            pairs.append(
                KernelPair(kernel: "boot/\(name)/vmlinuz-xen", initrd: "boot/\(name)/initrd-xen"))
        }
        if system.hasPrefix("sles11") || system.hasPrefix("sled11") {
            if name == "s390x" {
                pairs.append(
                    KernelPair(kernel: "boot/s390x/vmrdr.ikr", initrd: "boot/s390x/initrd"))
            }
            if name == "ppc64" {
                pairs.append(KernelPair(kernel: "suseboot/linux64", initrd: "suseboot/initrd64"))
            }
        }
        for (folder, suffix) in [("boot/\(name)", ""), ("boot/loader", suffix64)] {
            pairs.append(
                KernelPair(kernel: "\(folder)/linux\(suffix)", initrd: "\(folder)/initrd\(suffix)"))
        }
        pairs.append(
            KernelPair(kernel: "boot/\(name)/loader/linux", initrd: "boot/\(name)/loader/initrd"))
        return pairs
    }
}
