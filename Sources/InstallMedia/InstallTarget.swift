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
