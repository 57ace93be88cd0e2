import Libvirt

extension Shell {
    /// The number of the host's processors, including offline ones.
    /// virsh 9.0.0: `virshNodeGetCPUCount`.
    func hostCPUCount() throws -> Int32 {
        let connection = try connection
        if let count = attempt({ () throws(LibvirtError) in try connection.cpuCount() }) {
            return count
        }
        // An old hypervisor: compute the maximum from the topology (VIR_NODEINFO_MAXCPUS).
        let info = try connection.nodeInfo()
        return Int32(
            truncatingIfNeeded: info.numaCells &* info.socketsPerCell &* info.coresPerSocket
                &* info.threadsPerCore)
    }
}
