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

    /// How long to wait for the guest's agent.
    package enum AgentTimeout: Sendable {
        case seconds(Int32)
        case usual, noWait, forever
    }

    /// What the guest's agent answers. C: `virDomainQemuAgentCommand`.
    package func agent(
        _ command: String, timeout: AgentTimeout
    ) throws(LibvirtError) -> String {
        let seconds: Int32 =
            switch timeout {
            case .seconds(let seconds): seconds
            case .usual: VIR_DOMAIN_QEMU_AGENT_COMMAND_DEFAULT.rawValue
            case .noWait: VIR_DOMAIN_QEMU_AGENT_COMMAND_NOWAIT.rawValue
            case .forever: VIR_DOMAIN_QEMU_AGENT_COMMAND_BLOCK.rawValue
            }
        return String(
            freeing: try check(virDomainQemuAgentCommand(pointer, command, seconds, 0)))
    }

    /// How many seconds later calls wait for the agent; `nil` means for ever.
    /// C: `virDomainAgentSetResponseTimeout`.
    package func setAgentTimeout(seconds: Int32?) throws(LibvirtError) {
        try check(
            virDomainAgentSetResponseTimeout(
                pointer, seconds ?? VIR_DOMAIN_AGENT_RESPONSE_TIMEOUT_BLOCK.rawValue, 0))
    }

    /// Puts a secret into the memory of a guest that is being launched.
    /// C: `virDomainSetLaunchSecurityState`.
    package func setLaunchSecurity(
        _ parameters: [TypedParameter]
    ) throws(LibvirtError) {
        try parameters.withC { array, count throws(LibvirtError) in
            try check(virDomainSetLaunchSecurityState(pointer, array, count, 0))
        }
    }

    /// Fails where the domain is no container that runs. C: `virDomainLxcOpenNamespace`.
    package func checkContainerNamespaces() throws(LibvirtError) {
        var list: UnsafeMutablePointer<Int32>?
        let count = try check(virDomainLxcOpenNamespace(pointer, &list, 0))
        for index in 0..<Int(count) { if let file = list?[index] { close(file) } }
        free(list)
    }
}

extension Connection {
    /// Takes over a QEMU that libvirt did not start. C: `virDomainQemuAttach`.
    package func attachQEMU(process: UInt32) throws(LibvirtError) -> Domain {
        Domain(adopting: try check(virDomainQemuAttach(pointer, process, 0)))
    }
}
