/// Finds out what can be installed from a location.
/// virt-install 4.1.0: urldetect.py.
package struct Detection {
    let media: Media
    let target: InstallTarget
    let catalog: Catalog

    package init(_ media: Media, _ target: InstallTarget, _ catalog: Catalog) {
        self.media = media
        self.target = target
        self.catalog = catalog
    }

    /// Fails if nothing can be installed from there; returns `nil` instead if not `required`.
    package func run(required: Bool) throws(MediaError) -> Distribution? {
        var reason: String?
        do throws(MediaError) {
            for layout in layouts {
                if let found = try distribution(layout) { return found }
            }
        } catch {
            // If a server does not answer, do not wait again for the files of the other layouts.
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

    /// All layouts; that of the distribution that the user named comes first.
    private var layouts: [TreeLayout] {
        var layouts = TreeLayout.all
        if let wanted = target.distribution,
            let index = layouts.firstIndex(where: { $0.distribution == wanted })
        {
            layouts.insert(layouts.remove(at: index), at: 0)
        }
        return layouts
    }

    private func distribution(_ layout: TreeLayout) throws(MediaError) -> Distribution? {
        switch layout {
        case .catalog: try fromCatalog()
        case .fedora: try tree(["Fedora"], system: fedora)
        case .rhel: try tree(["Red Hat Enterprise Linux", "RHEL"]) { minorVersion($0, of: "rhel") }
        case .centos: try tree(["CentOS", "Scientific"]) { minorVersion($0, of: "centos") }
        case .suse(let edition): try suse(edition)
        case .debian(let flavor): try debian(flavor)
        case .mageia: try mageia()
        case .generic: try treeInfo().map { info throws(MediaError) in try found(nil, info) }
        }
    }

    /// A system's short id, if the database has it.
    func ifKnown(_ system: String?) -> String? { system.flatMap { catalog.knows($0) ? $0 : nil } }

    // MARK: Trees with a .treeinfo file

    /// The description of the tree. Some servers do not have files whose names begin with a dot:
    /// they offer it under the second name.
    func treeInfo() throws(MediaError) -> TreeInfo? {
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
            // The database does not recognize a malformed description; another layout may.
            guard error.kind == .broken else { throw error }
            return nil
        }
        guard let info, let system = catalog.system(info) else { return nil }
        return try found(system, info, isKnown: true)
    }

    /// A tree whose family contains one of these names.
    private func tree(
        _ families: [String], system: (TreeInfo) -> String?
    ) throws(MediaError) -> Distribution? {
        guard let info = try treeInfo(), families.contains(where: info.family.contains) else {
            return nil
        }
        return try found(system(info), info)
    }

    /// The result for a tree with a description, whose kernel the description names.
    func found(
        _ system: String?, _ info: TreeInfo, isKnown: Bool = false
    ) throws(MediaError) -> Distribution {
        let pair = info.kernel(xen: target.isXen)
        if case .directory(let path) = media.location,
            let file = [pair?.kernel, pair?.initrd].compactMap(\.self).first(where: leavesTree)
        {
            // The author of the description must not make us give the guest any file of the host.
            throw MediaError(
                .broken, "the treeinfo of '\(path)' names '\(file)', which is not in that tree")
        }
        return Distribution(
            system: ifKnown(system), kernels: pair.map { [$0] } ?? [], medium: nil,
            knownTree: isKnown ? info : nil)
    }

    /// Whether a path is absolute or leads above the tree's root at any point.
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

    // MARK: Versions

    /// `7.6` is 7 and 6, `7` is 7 and 0.
    func versionParts(_ version: String) -> (major: Int, minor: Int) {
        let parts = version.split(separator: ".", omittingEmptySubsequences: false)
        return (Int(parts[0]) ?? 0, parts.count > 1 ? Int(parts[1]) ?? 0 : 0)
    }

    /// The newest known system that is not newer than the tree.
    private func minorVersion(_ info: TreeInfo, of prefix: String) -> String? {
        guard let version = info.version else { return nil }
        let (major, minor) = versionParts(version)
        return newest(minor) { "\(prefix)\(major).\($0)" }
    }

    /// The first known system of those with this minor version and the ones below it.
    func newest(_ minor: Int, _ name: (Int) -> String) -> String? {
        // A tree may claim any version, e.g. 8.999999999: limit the search.
        (0...max(0, min(minor, 999))).reversed().lazy.map(name).first(where: catalog.knows)
    }

    // MARK: Mageia

    private func mageia() throws(MediaError) -> Distribution? {
        // E.g. `Mageia 8 x86_64 20210220`.
        guard let text = try media.text(of: "VERSION"), text.hasPrefix("Mageia ") else {
            return nil
        }
        let rest = text.dropFirst("Mageia ".count)
        let number = rest.prefix { $0.isASCII && $0.isNumber }
        guard !number.isEmpty, rest.dropFirst(number.count).hasPrefix(" ") else { return nil }
        let folder = "isolinux/\(target.architecture)"
        return Distribution(
            system: ifKnown("mageia\(number)"),
            kernels: [KernelPair(kernel: "\(folder)/vmlinuz", initrd: "\(folder)/all.rdz")],
            medium: nil)
    }
}
