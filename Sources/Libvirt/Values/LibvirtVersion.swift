/// A version of libvirt, e.g. 11.3.0. The virsh of a release always has its library's version.
package struct LibvirtVersion: Sendable, Hashable, Comparable {
    /// As libvirt counts it: 11003000 is 11.3.0.
    package let number: UInt

    package init(number: UInt) { self.number = number }

    package init(_ major: UInt, _ minor: UInt, _ release: UInt = 0) {
        number = major * 1_000_000 + minor * 1000 + release
    }

    /// The version of the library, which is loaded for this. If it cannot be loaded, the version
    /// that this program was built with: then only help can be shown. C: `virGetVersion`.
    package static let running: LibvirtVersion = {
        do throws(LibvirtError) {
            return LibvirtVersion(number: try Connection.libraryVersion())
        } catch {
            return LibvirtVersion(number: Connection.compiledVersion)
        }
    }()

    /// E.g. `11.3.0`.
    package var text: String { versionText(number) }

    package static func < (a: LibvirtVersion, b: LibvirtVersion) -> Bool { a.number < b.number }
}
