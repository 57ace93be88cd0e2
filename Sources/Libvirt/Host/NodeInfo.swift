import CLibvirt

extension Connection {
    /// What the host and its hypervisors support, a document `<capabilities>`.
    /// C: `virConnectGetCapabilities`.
    package func capabilities() throws(LibvirtError) -> String {
        String(freeing: try check(virConnectGetCapabilities(pointer)))
    }

    /// The host's processors and memory. C: `virNodeInfo`.
    package struct NodeInfo: Sendable {
        /// The architecture, e.g. `x86_64`.
        package let model: String
        package let memoryKiB: UInt
        /// The number of processors that are online.
        package let cpus: UInt32
        /// 0 if it is not known.
        package let megahertz: UInt32
        package let numaCells: UInt32
        package let socketsPerCell: UInt32
        package let coresPerSocket: UInt32
        package let threadsPerCore: UInt32
    }

    /// The host's processors and memory. C: `virNodeGetInfo`.
    package func nodeInfo() throws(LibvirtError) -> NodeInfo {
        var info = virNodeInfo()
        try check(virNodeGetInfo(pointer, &info))
        return NodeInfo(
            model: String(field: info.model), memoryKiB: info.memory, cpus: info.cpus,
            megahertz: info.mhz, numaCells: info.nodes, socketsPerCell: info.sockets,
            coresPerSocket: info.cores, threadsPerCore: info.threads)
    }

    /// What the firmware reports about the host, a document `<sysinfo>`. C: `virConnectGetSysinfo`.
    package func systemInformation() throws(LibvirtError) -> String {
        String(freeing: try check(virConnectGetSysinfo(pointer, 0)))
    }

    /// What the host provides for guests with encrypted memory, e.g. `cbitpos`.
    /// C: `virNodeGetSEVInfo`.
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

    /// The host's security model, e.g. `selinux`, and its domain of interpretation, e.g. `0`; both
    /// are empty if there is none.
    /// C: `virNodeGetSecurityModel`.
    package func securityModel() throws(LibvirtError) -> (model: String, doi: String) {
        var model = virSecurityModel()
        try check(virNodeGetSecurityModel(pointer, &model))
        return (String(field: model.model), String(field: model.doi))
    }
}
