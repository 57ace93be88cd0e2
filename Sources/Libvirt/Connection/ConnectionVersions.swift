import CLibvirt

/// A version as libvirt counts it, e.g. 9000000, as text: `9.0.0`.
package func versionText(_ version: UInt) -> String {
    "\(version / 1_000_000).\(version / 1000 % 1000).\(version % 1000)"
}

extension Connection {
    /// The version of libvirt's headers that this program was built with; see `libraryVersion`.
    /// C: `LIBVIR_VERSION_NUMBER`.
    package static let compiledVersion = UInt(LIBVIR_VERSION_NUMBER)

    /// Why libvirt's library cannot be loaded; `nil` if it is loaded. Every call of libvirt loads
    /// it, and fails for this reason.
    package static var libraryProblem: String? {
        atex_libvirt_problem().map { String(cString: $0) }
    }

    /// The version of the library, 1000000 * major + 1000 * minor + release. Fails only if it
    /// cannot be loaded. C: `virGetVersion`.
    package static func libraryVersion() throws(LibvirtError) -> UInt {
        var version: UInt = 0
        // Without a type, the call needs no driver.
        try check(virGetVersion(&version, nil, nil))
        return version
    }

    /// The hypervisor's name, e.g. `QEMU`. C: `virConnectGetType`.
    package func type() throws(LibvirtError) -> String {
        String(libvirt: try check(virConnectGetType(pointer)))
    }

    /// The versions of the loaded library and of its driver for a hypervisor, e.g. `QEMU`; see
    /// `libraryVersion`. C: `virGetVersion`.
    package static func versions(
        ofType type: String
    ) throws(LibvirtError) -> (library: UInt, support: UInt) {
        var library: UInt = 0
        var support: UInt = 0
        try check(virGetVersion(&library, type, &support))
        return (library, support)
    }

    /// The hypervisor's version, see `libraryVersion`; 0 if it has none. C: `virConnectGetVersion`.
    package func hypervisorVersion() throws(LibvirtError) -> UInt {
        var version: UInt = 0
        try check(virConnectGetVersion(pointer, &version))
        return version
    }

    /// The version of the daemon's library, see `libraryVersion`. C: `virConnectGetLibVersion`.
    package func daemonVersion() throws(LibvirtError) -> UInt {
        var version: UInt = 0
        try check(virConnectGetLibVersion(pointer, &version))
        return version
    }
}
