import CLibvirt
import Glibc

extension Connection {
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

    /// Puts the host to sleep for a number of seconds, at least 60.
    /// C: `virNodeSuspendForDuration`.
    package func suspendHost(target: SuspendTarget, seconds: UInt64) throws(LibvirtError) {
        try check(virNodeSuspendForDuration(pointer, target.rawValue, seconds, 0))
    }

    /// The host's security model, e.g. `selinux` and `0`; empty names where there is none.
    /// C: `virNodeGetSecurityModel`.
    package func securityModel() throws(LibvirtError) -> (model: String, doi: String) {
        var model = virSecurityModel()
        try check(virNodeGetSecurityModel(pointer, &model))
        let name = withUnsafeBytes(of: &model.model) {
            String(escapingBytes: $0.prefix { $0 != 0 })
        }
        let doi = withUnsafeBytes(of: &model.doi) {
            String(escapingBytes: $0.prefix { $0 != 0 })
        }
        return (name, doi)
    }
}
