import CLibvirt
import Glibc

/// libvirt's number of a version, e.g. 9000000, as `9.0.0`.
package func versionText(_ version: UInt) -> String {
    "\(version / 1_000_000).\(version / 1000 % 1000).\(version % 1000)"
}

extension Connection {
    /// The version of the headers that this program was built with, as `libraryVersion`.
    package static let compiledVersion = UInt(LIBVIR_VERSION_NUMBER)

    /// The version of the library that runs, as 1000000 * major + 1000 * minor + release.
    /// C: `virGetVersion`.
    package static var libraryVersion: UInt {
        var version: UInt = 0
        virGetVersion(&version, nil, nil)
        return version
    }

    /// The hypervisor's name, e.g. `QEMU`. C: `virConnectGetType`.
    package func type() throws(LibvirtError) -> String {
        String(libvirt: try check(virConnectGetType(pointer)))
    }

    /// The versions of the library and of its support for a hypervisor, as `libraryVersion`.
    /// C: `virGetVersion`.
    package static func versions(
        ofType type: String
    ) throws(LibvirtError) -> (library: UInt, support: UInt) {
        var library: UInt = 0
        var support: UInt = 0
        try check(virGetVersion(&library, type, &support))
        return (library, support)
    }

    /// The hypervisor's version; 0 where it has none. C: `virConnectGetVersion`.
    package func hypervisorVersion() throws(LibvirtError) -> UInt {
        var version: UInt = 0
        try check(virConnectGetVersion(pointer, &version))
        return version
    }

    /// The version of the library on the other side. C: `virConnectGetLibVersion`.
    package func daemonVersion() throws(LibvirtError) -> UInt {
        var version: UInt = 0
        try check(virConnectGetLibVersion(pointer, &version))
        return version
    }

    /// What host and hypervisor can do. C: `virConnectGetCapabilities`.
    package func capabilities() throws(LibvirtError) -> String {
        String(freeing: try check(virConnectGetCapabilities(pointer)))
    }

    /// The host's processors and memory.
    package struct NodeInfo: Sendable {
        package let model: String
        package let memoryKiB: UInt
        package let cpus: UInt32
        /// 0 where it is not known.
        package let megahertz: UInt32
        package let numaCells: UInt32
        package let socketsPerCell: UInt32
        package let coresPerSocket: UInt32
        package let threadsPerCore: UInt32
    }

    /// C: `virNodeGetInfo`.
    package func nodeInfo() throws(LibvirtError) -> NodeInfo {
        var info = virNodeInfo()
        try check(virNodeGetInfo(pointer, &info))
        let model = withUnsafeBytes(of: &info.model) {
            String(escapingBytes: $0.prefix { $0 != 0 })
        }
        return NodeInfo(
            model: model, memoryKiB: info.memory, cpus: info.cpus, megahertz: info.mhz,
            numaCells: info.nodes, socketsPerCell: info.sockets, coresPerSocket: info.cores,
            threadsPerCore: info.threads)
    }

    /// What the firmware tells of the host, a document `<sysinfo>`. C: `virConnectGetSysinfo`.
    package func systemInformation() throws(LibvirtError) -> String {
        String(freeing: try check(virConnectGetSysinfo(pointer, 0)))
    }

    /// What the host needs for guests with encrypted memory. C: `virNodeGetSEVInfo`.
    package func sevInfo() throws(LibvirtError) -> [TypedParameter] {
        var array: virTypedParameterPtr?
        var count: Int32 = 0
        try check(virNodeGetSEVInfo(pointer, &array, &count, 0))
        return [TypedParameter](freeing: array, count: count)
    }

    /// Puts the host to sleep for some seconds, at least 60; `target` is a
    /// `virNodeSuspendTarget`. C: `virNodeSuspendForDuration`.
    package func suspendHost(target: UInt32, seconds: UInt64) throws(LibvirtError) {
        try check(virNodeSuspendForDuration(pointer, target, seconds, 0))
    }

    /// Asks for signs of life every `interval` seconds; the connection ends after `count` that
    /// did not come. C: `virConnectSetKeepAlive`.
    package func setKeepAlive(interval: Int32, count: UInt32) throws(LibvirtError) {
        try check(virConnectSetKeepAlive(pointer, interval, count))
    }
}
