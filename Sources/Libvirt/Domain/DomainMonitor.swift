import CLibvirt
import Glibc

extension Domain {
    /// What QEMU's monitor answers; `human` sends words for people instead of JSON.
    /// C: `virDomainQemuMonitorCommand`.
    package func monitor(_ command: String, human: Bool) throws(LibvirtError) -> String {
        var answer: UnsafeMutablePointer<CChar>?
        let flags = human ? VIR_DOMAIN_QEMU_MONITOR_COMMAND_HMP.rawValue : 0
        try check(virDomainQemuMonitorCommand(pointer, command, &answer, flags))
        return answer.map { String(freeing: $0) } ?? ""
    }

    /// The same with descriptors for QEMU; see `refusing`.
    /// C: `virDomainQemuMonitorCommandWithFiles`.
    package func monitor(
        _ command: String, human: Bool, files: [Int32]
    ) throws(LibvirtError) -> String {
        var answer: UnsafeMutablePointer<CChar>?
        let flags = human ? VIR_DOMAIN_QEMU_MONITOR_COMMAND_HMP.rawValue : 0
        try refusing(files) { files, count throws(LibvirtError) in
            try check(
                virDomainQemuMonitorCommandWithFiles(
                    pointer, command, count, files, nil, nil, &answer, flags))
        }
        return answer.map { String(freeing: $0) } ?? ""
    }
}

extension Connection {
    /// Takes over a QEMU that libvirt did not start. C: `virDomainQemuAttach`.
    package func attachQEMU(process: UInt32) throws(LibvirtError) -> Domain {
        Domain(adopting: try check(virDomainQemuAttach(pointer, process, 0)))
    }
}
