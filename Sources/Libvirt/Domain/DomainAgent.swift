import CLibvirt
import Glibc

extension Domain {
    /// What a guest's agent can tell; none means all it knows. C: `virDomainGuestInfoTypes`.
    package struct GuestInfoTypes: OptionSet, Sendable {
        package let rawValue: UInt32
        package init(rawValue: UInt32) { self.rawValue = rawValue }
        private init(_ flag: virDomainGuestInfoTypes) { rawValue = flag.rawValue }
        package static let users = Self(VIR_DOMAIN_GUEST_INFO_USERS)
        package static let os = Self(VIR_DOMAIN_GUEST_INFO_OS)
        package static let timezone = Self(VIR_DOMAIN_GUEST_INFO_TIMEZONE)
        package static let hostname = Self(VIR_DOMAIN_GUEST_INFO_HOSTNAME)
        package static let fileSystems = Self(VIR_DOMAIN_GUEST_INFO_FILESYSTEM)
        package static let disks = Self(VIR_DOMAIN_GUEST_INFO_DISKS)
        package static let interfaces = Self(VIR_DOMAIN_GUEST_INFO_INTERFACES)
    }

    /// C: `virDomainGetGuestInfo`.
    package func guestInfo(_ types: GuestInfoTypes) throws(LibvirtError) -> [TypedParameter] {
        var array: virTypedParameterPtr?
        var count: Int32 = 0
        try check(virDomainGetGuestInfo(pointer, types.rawValue, &array, &count, 0))
        return [TypedParameter](freeing: array, count: count)
    }

    /// A file system that the guest has mounted. C: `virDomainFSInfo`.
    package struct FileSystem: Sendable {
        package let mountPoint: String
        package let name: String
        package let type: String
        /// The targets of the disks that hold it, e.g. `vda`.
        package let disks: [String]
    }

    /// C: `virDomainGetFSInfo`.
    package func fileSystems() throws(LibvirtError) -> [FileSystem] {
        var array: UnsafeMutablePointer<virDomainFSInfoPtr?>?
        let count = try check(virDomainGetFSInfo(pointer, &array, 0))
        defer {
            for index in 0..<Int(count) { virDomainFSInfoFree(array?[index]) }
            free(array)
        }
        return (0..<Int(count)).compactMap { array?[$0]?.pointee }.map { info in
            FileSystem(
                mountPoint: info.mountpoint.map { String(libvirt: $0) } ?? "",
                name: info.name.map { String(libvirt: $0) } ?? "",
                type: info.fstype.map { String(libvirt: $0) } ?? "",
                disks: (0..<info.ndevAlias).compactMap { info.devAlias?[$0] }
                    .map { String(libvirt: $0) })
        }
    }

    /// Calls with C strings of the mount points; none means all.
    private func withMountPoints(
        _ mountPoints: [String],
        _ call: (UnsafeMutablePointer<UnsafePointer<CChar>?>?, UInt32) -> Int32
    ) throws(LibvirtError) -> Int32 {
        guard !mountPoints.isEmpty else { return try check(call(nil, 0)) }
        let copies = mountPoints.map { strdup($0) }
        defer { for copy in copies { free(copy) } }
        var pointers: [UnsafePointer<CChar>?] = copies.map { UnsafePointer($0) }
        return try check(call(&pointers, UInt32(copies.count)))
    }

    /// Stops writing to file systems; how many. C: `virDomainFSFreeze`.
    package func freeze(_ mountPoints: [String]) throws(LibvirtError) -> Int32 {
        try withMountPoints(mountPoints) { virDomainFSFreeze(pointer, $0, $1, 0) }
    }

    /// Lets writing go on; on how many. C: `virDomainFSThaw`.
    package func thaw(_ mountPoints: [String]) throws(LibvirtError) -> Int32 {
        try withMountPoints(mountPoints) { virDomainFSThaw(pointer, $0, $1, 0) }
    }

    /// Gives free blocks of at least `minimum` bytes back to the host. C: `virDomainFSTrim`.
    package func trim(
        _ mountPoint: String?, minimum: UInt64
    ) throws(LibvirtError) {
        try check(virDomainFSTrim(pointer, mountPoint, minimum, 0))
    }

    /// The public keys that may log in as a user. C: `virDomainAuthorizedSSHKeysGet`.
    package func sshKeys(ofUser user: String) throws(LibvirtError) -> [String] {
        var array: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
        let count = try check(virDomainAuthorizedSSHKeysGet(pointer, user, &array, 0))
        defer { free(array) }
        return (0..<Int(count)).compactMap { array?[$0] }.map { String(freeing: $0) }
    }

    package struct SSHKeyFlags: OptionSet, Sendable {
        package let rawValue: UInt32
        package init(rawValue: UInt32) { self.rawValue = rawValue }
        private init(_ flag: virDomainAuthorizedSSHKeysSetFlags) { rawValue = flag.rawValue }
        package static let append = Self(VIR_DOMAIN_AUTHORIZED_SSH_KEYS_SET_APPEND)
        package static let remove = Self(VIR_DOMAIN_AUTHORIZED_SSH_KEYS_SET_REMOVE)
    }

    /// C: `virDomainAuthorizedSSHKeysSet`.
    package func setSSHKeys(
        _ keys: [String], ofUser user: String, _ flags: SSHKeyFlags
    ) throws(LibvirtError) {
        let copies = keys.map { strdup($0) }
        defer { for copy in copies { free(copy) } }
        var pointers: [UnsafePointer<CChar>?] = copies.map { UnsafePointer($0) }
        if keys.isEmpty {
            try check(
                virDomainAuthorizedSSHKeysSet(pointer, user, nil, 0, flags.rawValue))
        } else {
            try check(
                virDomainAuthorizedSSHKeysSet(
                    pointer, user, &pointers, UInt32(keys.count), flags.rawValue))
        }
    }

    /// C: `virDomainSetUserPassword`.
    package func setPassword(
        ofUser user: String, _ password: String, isEncrypted: Bool
    ) throws(LibvirtError) {
        try check(
            virDomainSetUserPassword(
                pointer, user, password,
                isEncrypted ? VIR_DOMAIN_PASSWORD_ENCRYPTED.rawValue : 0))
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

    package struct HostnameSource: OptionSet, Sendable {
        package let rawValue: UInt32
        package init(rawValue: UInt32) { self.rawValue = rawValue }
        private init(_ flag: virDomainGetHostnameFlags) { rawValue = flag.rawValue }
        package static let lease = Self(VIR_DOMAIN_GET_HOSTNAME_LEASE)
        package static let agent = Self(VIR_DOMAIN_GET_HOSTNAME_AGENT)
    }

    /// The name the guest has given itself; no source means what the hypervisor knows.
    /// C: `virDomainGetHostname`.
    package func hostname(from source: HostnameSource) throws(LibvirtError) -> String {
        String(freeing: try check(virDomainGetHostname(pointer, source.rawValue)))
    }

    /// The guest's clock, in seconds since 1970. C: `virDomainGetTime`.
    package func time() throws(LibvirtError) -> Int64 {
        var seconds: Int64 = 0
        var nanoseconds: UInt32 = 0
        try check(virDomainGetTime(pointer, &seconds, &nanoseconds, 0))
        return seconds
    }

    /// Sets the guest's clock, or with `sync` lets the guest read its own hardware clock.
    /// C: `virDomainSetTime`.
    package func setTime(_ seconds: Int64, sync: Bool) throws(LibvirtError) {
        try check(
            virDomainSetTime(pointer, seconds, 0, sync ? VIR_DOMAIN_TIME_SYNC.rawValue : 0))
    }
}
