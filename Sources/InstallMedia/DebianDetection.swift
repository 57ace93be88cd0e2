extension Detection {
    /// Trees have a MANIFEST beside the images that boot over the network; CDs have `.disk/info`.
    /// virt-install 4.1.0: `_DebianDistro`.
    func debian(_ flavor: DebianFlavor) throws(MediaError) -> Distribution? {
        let folders = [
            ("current/images", "current/images"),
            ("current/legacy-images", "current/legacy-images"),
            ("daily", "daily"),
        ]
        for (folder, images) in folders {
            guard try manifest("\(folder)/MANIFEST", isOf: flavor) else { continue }
            return distribution(
                folder == "daily" ? "debiantesting" : systemByCodename(flavor),
                networkKernels(flavor, in: images))
        }
        guard let info = try media.text(of: ".disk/info"),
            info.split(whereSeparator: \.isNewline).contains(where: { $0.hasPrefix(flavor.title) })
        else { return nil }
        guard media.isImage else {
            return distribution(
                systemByCodename(flavor), networkKernels(flavor, in: "install"))
        }
        // Older versions find the release only in the URL.
        let text = target.version < .v51 ? "" : info.lowercased()
        return distribution(systemByCodename(flavor, info: text), [cdKernel(flavor)])
    }

    private func manifest(
        _ file: String, isOf flavor: DebianFlavor
    ) throws(MediaError) -> Bool {
        guard let text = try media.text(of: file) else { return false }
        // Ubuntu first: its manifests may mention Debian as well.
        if text.contains("Ubuntu") || text.contains("ubuntu") { return flavor == .ubuntu }
        return text.contains("Debian") || text.contains("debian")
    }

    private func distribution(_ system: String?, _ kernels: [KernelPair]) -> Distribution {
        Distribution(system: ifKnown(system), kernels: kernels, medium: nil)
    }

    /// The release whose codename is a part of the URL, e.g. `/bullseye/`, or is quoted in the text
    /// of a CD.
    private func systemByCodename(_ flavor: DebianFlavor, info: String = "") -> String? {
        catalog.systems(flavor.rawValue).first { system in
            // The first word of `Warty Warthog`, or the second of the label `Debian Sarge`.
            let codename =
                system.codename?.split(separator: " ").first
                ?? system.label.split(separator: " ").dropFirst().first
            return codename.map { codename in
                let name = codename.lowercased()
                return media.location.text.contains("/\(name)/") || info.contains("\"\(name)\"")
            } ?? false
        }?.name
    }

    /// Debian's name of the tree's architecture, which its URL contains: `installer-amd64`,
    /// `daily-images/arm64`, or one of the usual names anywhere; `nil` if it contains none.
    private func treeArchitecture() -> String? {
        let url = media.location.text
        var parts = url.split(separator: "/", omittingEmptySubsequences: false)
        if parts.last == "" { parts.removeLast() }
        if let last = parts.last, parts.count > 1 {
            if last.hasPrefix("installer-"), isWord(last.dropFirst("installer-".count)) {
                return String(last.dropFirst("installer-".count))
            }
            if parts[parts.count - 2] == "daily-images", isWord(last) { return String(last) }
        }
        let names =
            target.version < .v51
            ? ["i386", "amd64", "x86_64", "arm64"]
            : ["i386", "amd64", "arm64", "riscv64", "s390x", "ppc64el"]
        let found = names.first { url.contains($0) }
        return found == "x86_64" ? "amd64" : found
    }

    /// Whether a text consists of what Python's `\w` matches.
    private func isWord(_ text: Substring) -> Bool {
        !text.isEmpty && text.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" }
    }

    private func networkKernels(_ flavor: DebianFlavor, in folder: String) -> [KernelPair] {
        let name = flavor.rawValue
        let architecture = treeArchitecture() ?? "i386"
        var pairs: [KernelPair] = []
        if target.isXen {
            pairs.append(
                KernelPair(
                    kernel: "\(folder)/netboot/xen/vmlinuz",
                    initrd: "\(folder)/netboot/xen/initrd.gz"))
        }
        if architecture == "s390x" {
            let root = "\(folder)/generic"
            pairs.append(
                KernelPair(kernel: "\(root)/kernel.\(name)", initrd: "\(root)/initrd.\(name)"))
        } else {
            let root = "\(folder)/netboot/\(name)-installer/\(architecture)"
            let kernel = architecture == "ppc64el" ? "vmlinux" : "linux"
            pairs.append(KernelPair(kernel: "\(root)/\(kernel)", initrd: "\(root)/initrd.gz"))
        }
        return pairs
    }

    /// Debian's names of architectures.
    private static let names = [
        "x86_64": "amd64", "i686": "i386", "aarch64": "arm64", "ppc64le": "ppc64el",
    ]

    /// The initial RAM disk of a CD searches for the packages on the CD, not on a mirror.
    private func cdKernel(_ flavor: DebianFlavor) -> KernelPair {
        let isUbuntu = flavor == .ubuntu
        let architecture: String? =
            target.version < .v51
            ? Self.names[target.architecture] ?? target.architecture : treeArchitecture()
        let paths: (String, String) =
            switch architecture {
            case "s390x":
                isUbuntu
                    ? ("boot/kernel.ubuntu", "boot/initrd.ubuntu")
                    : ("boot/linux_vm", "boot/root.bin")
            case "amd64" where !isUbuntu: ("install.amd/vmlinuz", "install.amd/initrd.gz")
            case "i386" where !isUbuntu: ("install.386/vmlinuz", "install.386/initrd.gz")
            case "arm64" where !isUbuntu: ("install.a64/vmlinuz", "install.a64/initrd.gz")
            case "ppc64el" where !isUbuntu: ("install/vmlinux", "install/initrd.gz")
            default: ("install/vmlinuz", "install/initrd.gz")
            }
        return KernelPair(kernel: paths.0, initrd: paths.1)
    }
}
