import CLibvirt

extension Domain {
    /// Sends a command to QEMU's monitor and returns the reply; both are JSON, or with `human` the
    /// monitor's language for people, e.g. `info status`. C: `virDomainQemuMonitorCommand`.
    package func monitor(_ command: String, human: Bool) throws(LibvirtError) -> String {
        var reply: UnsafeMutablePointer<CChar>?
        let flags = human ? VIR_DOMAIN_QEMU_MONITOR_COMMAND_HMP.rawValue : 0
        try check(virDomainQemuMonitorCommand(pointer, command, &reply, flags))
        return reply.map { String(freeing: $0) } ?? ""
    }

    /// The same with descriptors for QEMU, which fails; see `withClosedDescriptors`.
    /// C: `virDomainQemuMonitorCommandWithFiles`.
    package func monitor(
        _ command: String, human: Bool, files: [Int32]
    ) throws(LibvirtError) -> String {
        var reply: UnsafeMutablePointer<CChar>?
        let flags = human ? VIR_DOMAIN_QEMU_MONITOR_COMMAND_HMP.rawValue : 0
        try withClosedDescriptors(for: files) { files, count throws(LibvirtError) in
            try check(
                virDomainQemuMonitorCommandWithFiles(
                    pointer, command, count, files, nil, nil, &reply, flags))
        }
        return reply.map { String(freeing: $0) } ?? ""
    }
}

extension Connection {
    /// Makes a domain of a QEMU process that libvirt did not start. C: `virDomainQemuAttach`.
    package func attachQEMU(process: UInt32) throws(LibvirtError) -> Domain {
        Domain(adopting: try check(virDomainQemuAttach(pointer, process, 0)))
    }
}
