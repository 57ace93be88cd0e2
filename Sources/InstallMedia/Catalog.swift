/// What the data on operating systems tells about trees and images.
package struct Catalog {
    /// Whether there is an operating system of that short id, e.g. `rhel8.6`.
    package let knows: (String) -> Bool
    /// The operating systems whose short ids begin so, in the order of names.
    package let systems: (_ prefix: String) -> [System]
    /// Whose tree it is, by its description.
    package let system: (TreeInfo) -> String?
    /// What an image is, by its descriptor.
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
        /// e.g. `bullseye`, or `Bionic Beaver`.
        package let codename: String?
        /// e.g. `Debian 11`.
        package let label: String

        package init(name: String, codename: String?, label: String) {
            self.name = name
            self.codename = codename
            self.label = label
        }
    }

    package struct Medium: Hashable, Sendable {
        package let system: String
        package let kernel: String?
        package let initrd: String?
        /// Whether it fetches most of the system from elsewhere.
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
