import Host

/// What a location turned out to be.
package struct Distribution: Hashable, Sendable {
    /// The operating system's short id, e.g. `rhel8.6`; `nil` where it is none that is known.
    package let system: String?
    /// Where its kernel may be, the likeliest first.
    package let kernels: [KernelPair]
    /// What the data on operating systems tells about the image.
    package let medium: Catalog.Medium?
    /// The tree's description where those data know the tree by it.
    package let knownTree: TreeInfo?

    package init(
        system: String?, kernels: [KernelPair], medium: Catalog.Medium?, knownTree: TreeInfo? = nil
    ) {
        self.system = system
        self.kernels = kernels
        self.medium = medium
        self.knownTree = knownTree
    }
}

/// The guest that is to be installed, as far as that matters for what is fetched.
package struct InstallTarget: Hashable, Sendable {
    /// e.g. `x86_64`.
    package let architecture: String
    package let isXen: Bool
    /// Whose system it is by the user's word, e.g. `fedora`; `nil` where nothing was said.
    package let distribution: String?

    package init(architecture: String, isXen: Bool, distribution: String?) {
        self.architecture = architecture
        self.isXen = isXen
        self.distribution = distribution
    }
}

/// Finds out what can be installed from a location.
/// virt-install 4.1.0: urldetect.py.
package struct Detection {
    private let media: Media
    private let target: InstallTarget
    private let catalog: Catalog

    package init(_ media: Media, _ target: InstallTarget, _ catalog: Catalog) {
        self.media = media
        self.target = target
        self.catalog = catalog
    }

    /// What is asked, one after the other, whether the location is its own.
    private enum Layout: CaseIterable {
        case catalog, fedora, rhel, centos, sles, sled, opensuse, debian, ubuntu, mageia, generic

        /// The distribution that puts the layout first where the user names it.
        var distribution: String? {
            switch self {
            case .catalog, .generic: nil
            case .fedora: "fedora"
            case .rhel: "rhel"
            case .centos: "centos"
            case .sles: "sles"
            case .sled: "sled"
            case .opensuse: "opensuse"
            case .debian: "debian"
            case .ubuntu: "ubuntu"
            case .mageia: "mageia"
            }
        }
    }

    /// Fails where nothing can be installed from there; `nil` instead, where `required` is false.
    package func run(required: Bool) throws(MediaError) -> Distribution? {
        var layouts = Layout.allCases
        if let wanted = target.distribution,
            let index = layouts.firstIndex(where: { $0.distribution == wanted })
        {
            layouts.insert(layouts.remove(at: index), at: 0)
        }
        var reason: String?
        do throws(MediaError) {
            for layout in layouts {
                if let found = try distribution(layout) { return found }
            }
        } catch {
            // A server that does not answer once is not asked for every layout's files.
            guard error.kind == .unreachable else { throw error }
            reason = error.message
        }
        guard required else { return nil }
        if reason == nil { reason = media.obstacle() }
        let access = reason == nil ? "" : ": The URL could not be accessed, maybe you mistyped?"
        throw MediaError(
            .absent,
            "Could not find an installable distribution at URL '\(media.location.text)'\(access)"
                + (reason.map { "\n\n\($0)" } ?? "")
                + "\n\nThe location must be the root directory of an install tree.")
    }

    private func distribution(_ layout: Layout) throws(MediaError) -> Distribution? {
        switch layout {
        case .catalog: try fromCatalog()
        case .fedora:
            try tree {
                $0.contains("Fedora")
            } system: {
                fedora($0)
            }
        case .rhel:
            try tree {
                $0.contains("Red Hat Enterprise Linux") || $0.contains("RHEL")
            } system: {
                minorVersion($0, of: "rhel")
            }
        case .centos:
            try tree {
                $0.contains("CentOS") || $0.contains("Scientific")
            } system: {
                minorVersion($0, of: "centos")
            }
        case .sles:
            try suse(
                "sles", family: "SUSE Linux Enterprise",
                products: ["SUSE Linux Enterprise Serve", "SUSE SLE"])
        case .sled:
            try suse(
                "sled", family: "SUSE Linux Enterprise",
                products: ["SUSE Linux Enterprise Deskto"])
        case .opensuse: try suse("opensuse", family: "openSUSE", products: ["openSUSE"])
        case .debian: try debian("debian", title: "Debian")
        case .ubuntu: try debian("ubuntu", title: "Ubuntu")
        case .mageia: try mageia()
        case .generic:
            try tree { _ in
                true
            } system: { _ in
                nil
            }
        }
    }

    // MARK: Trees that describe themselves

    /// Servers that have no names with a dot in front have the second one.
    private func treeInfo() throws(MediaError) -> TreeInfo? {
        for name in [".treeinfo", "treeinfo"] {
            guard let text = try media.text(of: name), !text.isEmpty else { continue }
            do throws(MediaError) { return try TreeInfo(parsing: text) } catch {
                throw MediaError(
                    .broken, "cannot read \(name) of '\(media.location.text)': \(error.message)")
            }
        }
        return nil
    }

    private func fromCatalog() throws(MediaError) -> Distribution? {
        if case .image(let path) = media.location {
            guard let medium = ImageDescriptor(ofImage: path).flatMap(catalog.medium),
                let kernel = medium.kernel, let initrd = medium.initrd
            else { return nil }
            return Distribution(
                system: medium.system, kernels: [KernelPair(kernel: kernel, initrd: initrd)],
                medium: medium)
        }
        let info: TreeInfo?
        do throws(MediaError) { info = try treeInfo() } catch {
            // One that cannot be read is none of the catalog's; whose it is may yet be found.
            guard error.kind == .broken else { throw error }
            return nil
        }
        guard let info, let system = catalog.system(info) else { return nil }
        return try found(system, info, isKnown: true)
    }

    private func tree(
        _ isFamily: (String) -> Bool, system: (TreeInfo) -> String?
    ) throws(MediaError) -> Distribution? {
        guard let info = try treeInfo(), isFamily(info.family) else { return nil }
        return try found(system(info), info)
    }

    private func found(
        _ system: String?, _ info: TreeInfo, isKnown: Bool = false
    ) throws(MediaError) -> Distribution {
        let pair = info.kernel(xen: target.isXen)
        if case .directory(let path) = media.location,
            let file = [pair?.kernel, pair?.initrd].compactMap(\.self).first(where: leavesTree)
        {
            // Whoever wrote it would have the guest read any file that we may read.
            throw MediaError(
                .broken, "the treeinfo of '\(path)' names '\(file)', which is not in that tree")
        }
        return Distribution(
            system: system.flatMap { catalog.knows($0) ? $0 : nil },
            kernels: pair.map { [$0] } ?? [], medium: nil,
            knownTree: isKnown ? info : nil)
    }

    private func leavesTree(_ path: String) -> Bool {
        var depth = 0
        for part in path.split(separator: "/") where part != "." {
            depth += part == ".." ? -1 : 1
            if depth < 0 { return true }
        }
        return path.hasPrefix("/")
    }

    private func fedora(_ info: TreeInfo) -> String {
        let name = "fedora\(info.version ?? "")"
        return info.version != nil && catalog.knows(name) ? name : "fedora-unknown"
    }

    /// `7.6` is 7 and 6, `7` is 7 and 0.
    private func versionParts(_ version: String) -> (major: Int, minor: Int) {
        let parts = version.split(separator: ".", omittingEmptySubsequences: false)
        return (Int(parts[0]) ?? 0, parts.count > 1 ? Int(parts[1]) ?? 0 : 0)
    }

    /// The newest known system that is no newer than the tree.
    private func minorVersion(_ info: TreeInfo, of prefix: String) -> String? {
        guard let version = info.version else { return nil }
        let (major, minor) = versionParts(version)
        return newest(minor) { "\(prefix)\(major).\($0)" }
    }

    private func newest(_ minor: Int, _ name: (Int) -> String) -> String? {
        // What calls itself version 8.999999999 gets no more patience.
        (0...max(0, min(minor, 999))).reversed().lazy.map(name).first(where: catalog.knows)
    }

    // MARK: SUSE

    private func suse(
        _ prefix: String, family: String, products: [String]
    ) throws(MediaError) -> Distribution? {
        let info = try treeInfo()
        if let info, info.family.contains(family) {
            let system = suseSystem(prefix, info) ?? suseSystemByURL()
            return try found(system, info)
        }
        guard let text = try media.text(of: "content"), let content = SUSEContent(parsing: text),
            products.contains(where: { content.product.contains($0) })
        else { return nil }
        let named =
            info.flatMap { suseSystem(prefix, $0) } ?? suseSystemByURL()
            ?? suseSystem(prefix, content)
        let system = named.flatMap { catalog.knows($0) ? $0 : nil }
        return Distribution(
            system: system, kernels: suseKernels(content.architecture ?? "", system ?? ""),
            medium: nil)
    }

    private func suseSystem(_ prefix: String, _ info: TreeInfo) -> String? {
        guard let name = info.name else { return nil }
        if name.contains("openSUSE Tumbleweed") { return "opensusetumbleweed" }
        guard let version = info.version else { return nil }
        let (major, minor) = versionParts(version)
        // The first releases of the enterprise editions have no `.0`.
        return newest(minor) {
            $0 == 0 && prefix.hasPrefix("sle") ? "\(prefix)\(major)" : "\(prefix)\(major).\($0)"
        }
    }

    private func suseSystemByURL() -> String? {
        catalog.systems("opensuse").first {
            media.location.text.contains("/\($0.name.dropFirst("opensuse".count))/")
        }?.name
    }

    private func suseSystem(_ prefix: String, _ content: SUSEContent) -> String? {
        guard let version = content.version else { return nil }
        guard prefix.hasPrefix("sle") else { return prefix + version }
        let parts = version.split(separator: ".", maxSplits: 1)
        return parts.count > 1 ? "\(prefix)\(parts[0])sp\(parts[1])" : prefix + version
    }

    private func suseKernels(_ architecture: String, _ system: String) -> [KernelPair] {
        var name = architecture
        // Trees for two, `i586 x86_64`, have the kernel of the first there.
        if ["i486", "i586", "i686"].contains(name.prefix(4)) { name = "i386" }
        let old = architecture == "x86_64" ? "64" : ""
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
        for (folder, suffix) in [("boot/\(name)", ""), ("boot/loader", old)] {
            pairs.append(
                KernelPair(kernel: "\(folder)/linux\(suffix)", initrd: "\(folder)/initrd\(suffix)"))
        }
        pairs.append(
            KernelPair(kernel: "boot/\(name)/loader/linux", initrd: "boot/\(name)/loader/initrd"))
        return pairs
    }

    // MARK: Debian and Ubuntu

    /// Where a tree has what boots over the network; `nil` for a CD.
    private func debian(_ name: String, title: String) throws(MediaError) -> Distribution? {
        let folders = [
            ("current/images", "current/images"),
            ("current/legacy-images", "current/legacy-images"),
            ("daily", "daily"),
        ]
        for (folder, images) in folders {
            guard try hasManifest("\(folder)/MANIFEST", of: name) else { continue }
            return debianFound(name, daily: folder == "daily", debianKernels(name, in: images))
        }
        guard let info = try media.text(of: ".disk/info"),
            info.split(whereSeparator: \.isNewline).contains(where: { $0.hasPrefix(title) })
        else { return nil }
        return debianFound(
            name, daily: false,
            media.isImage ? [debianCDKernel(name)] : debianKernels(name, in: "install"))
    }

    /// Ubuntu's manifests may name Debian too.
    private func hasManifest(_ file: String, of name: String) throws(MediaError) -> Bool {
        guard let text = try media.text(of: file) else { return false }
        if text.contains("Ubuntu") || text.contains("ubuntu") { return name == "ubuntu" }
        return text.contains("Debian") || text.contains("debian")
    }

    private func debianFound(
        _ name: String, daily: Bool, _ kernels: [KernelPair]
    ) -> Distribution {
        let system =
            daily
            ? "debiantesting"
            : catalog.systems(name).first { system in
                // `Warty Warthog`, or the label `Debian Sarge`.
                let codename =
                    system.codename?.split(separator: " ").first
                    ?? system.label.split(separator: " ").dropFirst().first
                return codename.map {
                    media.location.text.contains("/\($0.lowercased())/")
                } ?? false
            }?.name
        return Distribution(
            system: system.flatMap { catalog.knows($0) ? $0 : nil }, kernels: kernels, medium: nil)
    }

    private func debianArchitecture() -> String {
        let url = media.location.text
        var parts = url.split(separator: "/", omittingEmptySubsequences: false)
        if parts.last == "" { parts.removeLast() }
        if let last = parts.last, parts.count > 1 {
            if last.hasPrefix("installer-"), isWord(last.dropFirst(10)) {
                return String(last.dropFirst(10))
            }
            if parts[parts.count - 2] == "daily-images", isWord(last) { return String(last) }
        }
        let found = ["i386", "amd64", "x86_64", "arm64"].first { url.contains($0) }
        return found == "x86_64" ? "amd64" : found ?? "i386"
    }

    private func isWord(_ text: Substring) -> Bool {
        !text.isEmpty && text.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" }
    }

    private func debianKernels(_ name: String, in folder: String) -> [KernelPair] {
        let architecture = debianArchitecture()
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

    /// CDs have kernels of their own, which look for the CD.
    private func debianCDKernel(_ name: String) -> KernelPair {
        let isUbuntu = name == "ubuntu"
        let paths: (String, String) =
            switch target.architecture {
            case "s390x":
                isUbuntu
                    ? ("boot/kernel.ubuntu", "boot/initrd.ubuntu")
                    : ("boot/linux_vm", "boot/root.bin")
            case "x86_64" where !isUbuntu: ("install.amd/vmlinuz", "install.amd/initrd.gz")
            case "i686" where !isUbuntu: ("install.386/vmlinuz", "install.386/initrd.gz")
            case "aarch64" where !isUbuntu: ("install.a64/vmlinuz", "install.a64/initrd.gz")
            case "ppc64le" where !isUbuntu: ("install/vmlinux", "install/initrd.gz")
            default: ("install/vmlinuz", "install/initrd.gz")
            }
        return KernelPair(kernel: paths.0, initrd: paths.1)
    }

    // MARK: Mageia

    private func mageia() throws(MediaError) -> Distribution? {
        // Mageia 8 x86_64 20210220
        guard let text = try media.text(of: "VERSION"), text.hasPrefix("Mageia ") else {
            return nil
        }
        let rest = text.dropFirst("Mageia ".count)
        let number = rest.prefix { $0.isASCII && $0.isNumber }
        guard !number.isEmpty, rest.dropFirst(number.count).hasPrefix(" ") else { return nil }
        let folder = "isolinux/\(target.architecture)"
        let system = "mageia\(number)"
        return Distribution(
            system: catalog.knows(system) ? system : nil,
            kernels: [KernelPair(kernel: "\(folder)/vmlinuz", initrd: "\(folder)/all.rdz")],
            medium: nil)
    }
}
