/// The questions that detection asks of the operating system database, as closures: this module
/// does not depend on the database.
package struct Catalog {
    /// Whether the database has an operating system with this short id, e.g. `rhel8.6`.
    package let knows: (String) -> Bool
    /// The operating systems whose short ids begin with `prefix`, sorted by name.
    package let systems: (_ prefix: String) -> [System]
    /// The short id of a tree's operating system, by the tree's description.
    package let system: (TreeInfo) -> String?
    /// The entry of an image, by its volume descriptor.
    package let medium: (ImageDescriptor) -> Medium?

    package init(
        knows: @escaping (String) -> Bool, systems: @escaping (_ prefix: String) -> [System],
        system: @escaping (TreeInfo) -> String?, medium: @escaping (ImageDescriptor) -> Medium?
    ) {
        self.knows = knows
        self.systems = systems
        self.system = system
        self.medium = medium
    }

    package struct System: Hashable, Sendable {
        /// The short id, e.g. `debian11`.
        package let name: String
        /// E.g. `bullseye`, or `Bionic Beaver`.
        package let codename: String?
        /// E.g. `Debian 11`.
        package let label: String

        package init(name: String, codename: String?, label: String) {
            self.name = name
            self.codename = codename
            self.label = label
        }
    }

    /// An image that the database knows.
    package struct Medium: Hashable, Sendable {
        /// The short id of its operating system.
        package let system: String
        /// The paths of kernel and initial RAM disk in the image.
        package let kernel: String?
        package let initrd: String?
        /// Whether it downloads most of the system during the installation.
        package let isNetworkInstaller: Bool

        package init(
            system: String, kernel: String?, initrd: String?, isNetworkInstaller: Bool
        ) {
            self.system = system
            self.kernel = kernel
            self.initrd = initrd
            self.isNetworkInstaller = isNetworkInstaller
        }
    }
}
