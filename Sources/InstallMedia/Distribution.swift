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
