import Libvirt

extension Shell {
    /// How many processors the host has. virsh 9.0.0: `virshNodeGetCPUCount`.
    func hostCPUCount() throws -> Int32 {
        let connection = try connection
        if let count = attempt({ () throws(LibvirtError) in try connection.cpuCount() }) {
            return count
        }
        let info = try connection.nodeInfo()
        return Int32(
            truncatingIfNeeded: info.numaCells &* info.socketsPerCell &* info.coresPerSocket
                &* info.threadsPerCore)
    }
}
