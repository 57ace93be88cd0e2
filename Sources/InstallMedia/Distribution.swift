import Host

/// What was detected at a location.
package struct Distribution: Hashable, Sendable {
    /// The operating system's short id, e.g. `rhel8.6`; `nil` if it is unknown.
    package let system: String?
    /// The paths at which its kernel may be, the likeliest first.
    package let kernels: [KernelPair]
    /// The database's entry of an image; `nil` for a tree or an unknown image.
    package let medium: Catalog.Medium?
    /// The tree's description, if the database recognized the tree by it.
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

/// The properties of the new guest that decide which files are fetched.
package struct InstallTarget: Hashable, Sendable {
    /// E.g. `x86_64`.
    package let architecture: String
    package let isXen: Bool
    /// The distribution that the user named, e.g. `fedora`; `nil` if none was named.
    package let distribution: String?

    package init(architecture: String, isXen: Bool, distribution: String?) {
        self.architecture = architecture
        self.isXen = isXen
        self.distribution = distribution
    }
}
