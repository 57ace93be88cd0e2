/// The fields of an image's primary volume descriptor; blank fields are `nil`.
package struct MediumIdentity: Hashable, Sendable {
    package var volume: String?
    package var system: String?
    package var publisher: String?
    package var application: String?
    /// The size of the volume in bytes.
    package var size: Int64?

    package init(
        volume: String?, system: String? = nil, publisher: String? = nil,
        application: String? = nil, size: Int64? = nil
    ) {
        self.volume = volume
        self.system = system
        self.publisher = publisher
        self.application = application
        self.size = size
    }
}

/// The values of the section `general` in a tree's .treeinfo file.
package struct TreeIdentity: Hashable, Sendable {
    package var family: String?
    package var variant: String?
    package var version: String?
    package var architecture: String?

    package init(family: String?, variant: String?, version: String?, architecture: String?) {
        self.family = family
        self.variant = variant
        self.version = version
        self.architecture = architecture
    }
}
