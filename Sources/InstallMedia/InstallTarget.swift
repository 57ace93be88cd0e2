/// The properties of the new guest that decide which files are fetched.
package struct InstallTarget: Hashable, Sendable {
    /// E.g. `x86_64`.
    package let architecture: String
    package let isXen: Bool
    /// The distribution that the user named, e.g. `fedora`; `nil` if none was named.
    package let distribution: String?
    /// The version of virt-install whose choice is made.
    package let version: InstallVersion

    package init(
        architecture: String, isXen: Bool, distribution: String?, version: InstallVersion
    ) {
        self.architecture = architecture
        self.isXen = isXen
        self.distribution = distribution
        self.version = version
    }
}
