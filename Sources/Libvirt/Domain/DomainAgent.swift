import CLibvirt
import Glibc

extension Domain {
    /// What to ask the guest's agent; empty means everything that it can report.
    /// C: `virDomainGuestInfoTypes`.
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
        /// C: `VIR_DOMAIN_GUEST_INFO_LOAD`.
        package static let load = Self(rawValue: 1 << 7)
        /// C: `VIR_DOMAIN_GUEST_INFO_DEVICES`.
        package static let devices = Self(rawValue: 1 << 8)
    }

    /// What the guest's agent reports, e.g. `user.0.name`. C: `virDomainGetGuestInfo`.
    package func guestInfo(_ types: GuestInfoTypes) throws(LibvirtError) -> [TypedParameter] {
        var array: virTypedParameterPtr?
        var count: Int32 = 0
        try check(virDomainGetGuestInfo(pointer, types.rawValue, &array, &count, 0))
        return [TypedParameter](freeing: array, count: count)
    }

    /// A file system that the guest has mounted. C: `virDomainFSInfo`.
    package struct FileSystem: Sendable {
        /// E.g. `/boot`.
        package let mountPoint: String
        /// The guest's block device, e.g. `vda1`.
        package let name: String
        /// E.g. `ext4`.
        package let type: String
        /// The targets of the disks that hold the file system, e.g. `vda`.
        package let disks: [String]
    }

    /// The mounted file systems that the guest's agent reports. C: `virDomainGetFSInfo`.
    package func fileSystems() throws(LibvirtError) -> [FileSystem] {
        var array: UnsafeMutablePointer<virDomainFSInfoPtr?>?
        let count = try check(virDomainGetFSInfo(pointer, &array, 0))
        // The members and the array are ours; `defer` runs after they are copied below.
        defer {
            for index in 0..<Int(count) { virDomainFSInfoFree(array?[index]) }
            free(array)
        }
        return (0..<Int(count)).compactMap { array?[$0]?.pointee }.map { info in
            FileSystem(
                mountPoint: text(info.mountpoint) ?? "", name: text(info.name) ?? "",
                type: text(info.fstype) ?? "",
                disks: (0..<info.ndevAlias).compactMap { info.devAlias?[$0] }
                    .map { String(libvirt: $0) })
        }
    }

    /// Flushes file systems and blocks writes to them until `thaw`; no mount points mean all file
    /// systems. Returns how many were frozen. C: `virDomainFSFreeze`.
    package func freeze(_ mountPoints: [String]) throws(LibvirtError) -> Int32 {
        try check(
            withCStrings(mountPoints) {
                // NULL means all, but `withCStrings` never passes NULL itself.
                virDomainFSFreeze(pointer, mountPoints.isEmpty ? nil : $0, $1, 0)
            })
    }

    /// Permits writes again; no mount points mean all file systems. Returns how many were thawed.
    /// C: `virDomainFSThaw`.
    package func thaw(_ mountPoints: [String]) throws(LibvirtError) -> Int32 {
        try check(
            withCStrings(mountPoints) {
                virDomainFSThaw(pointer, mountPoints.isEmpty ? nil : $0, $1, 0)
            })
    }

    /// Lets the guest discard free blocks of at least `minimum` bytes, so that the host gets the
    /// space back; `nil` means all file systems. C: `virDomainFSTrim`.
    package func trim(_ mountPoint: String?, minimum: UInt64) throws(LibvirtError) {
        try check(virDomainFSTrim(pointer, mountPoint, minimum, 0))
    }

    /// The public keys that may log in as a user of the guest: the lines of `authorized_keys`.
    /// C: `virDomainAuthorizedSSHKeysGet`.
    package func sshKeys(ofUser user: String) throws(LibvirtError) -> [String] {
        var array: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
        let count = try check(virDomainAuthorizedSSHKeysGet(pointer, user, &array, 0))
        return texts(freeing: array, count: count)
    }

    /// How keys are set; neither flag means that the keys replace all others.
    /// C: `virDomainAuthorizedSSHKeysSetFlags`.
    package struct SSHKeyFlags: OptionSet, Sendable {
        package let rawValue: UInt32
        package init(rawValue: UInt32) { self.rawValue = rawValue }
        private init(_ flag: virDomainAuthorizedSSHKeysSetFlags) { rawValue = flag.rawValue }
        package static let append = Self(VIR_DOMAIN_AUTHORIZED_SSH_KEYS_SET_APPEND)
        package static let remove = Self(VIR_DOMAIN_AUTHORIZED_SSH_KEYS_SET_REMOVE)
    }

    /// Sets, adds or removes the public keys of a user of the guest.
    /// C: `virDomainAuthorizedSSHKeysSet`.
    package func setSSHKeys(
        _ keys: [String], ofUser user: String, _ flags: SSHKeyFlags
    ) throws(LibvirtError) {
        try check(
            withCStrings(keys) {
                virDomainAuthorizedSSHKeysSet(
                    pointer, user, keys.isEmpty ? nil : $0, $1, flags.rawValue)
            })
    }

    /// Sets the password of a user of the guest; `isEncrypted` means that it is already a hash, as
    /// in `/etc/shadow`. C: `virDomainSetUserPassword`.
    package func setPassword(
        ofUser user: String, _ password: String, isEncrypted: Bool
    ) throws(LibvirtError) {
        try check(
            virDomainSetUserPassword(
                pointer, user, password,
                isEncrypted ? VIR_DOMAIN_PASSWORD_ENCRYPTED.rawValue : 0))
    }

    /// How long to wait for a reply of the guest's agent.
    /// C: `virDomainQemuAgentCommandTimeoutValues`.
    package enum AgentTimeout: Sendable {
        case seconds(Int32)
        /// libvirt's default, 5 s. C: `VIR_DOMAIN_QEMU_AGENT_COMMAND_DEFAULT`.
        case usual
        case noWait, forever
    }

    /// Sends a command in JSON to the guest's agent and returns the reply in JSON.
    /// C: `virDomainQemuAgentCommand`.
    package func agent(_ command: String, timeout: AgentTimeout) throws(LibvirtError) -> String {
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

    /// Sets how long later calls wait for the agent; `nil` means without limit.
    /// C: `virDomainAgentSetResponseTimeout`.
    package func setAgentTimeout(seconds: Int32?) throws(LibvirtError) {
        try check(
            virDomainAgentSetResponseTimeout(
                pointer, seconds ?? VIR_DOMAIN_AGENT_RESPONSE_TIMEOUT_BLOCK.rawValue, 0))
    }

    /// The source of a guest's host name; empty means the driver's default.
    /// C: `virDomainGetHostnameFlags`.
    package struct HostnameSource: OptionSet, Sendable {
        package let rawValue: UInt32
        package init(rawValue: UInt32) { self.rawValue = rawValue }
        private init(_ flag: virDomainGetHostnameFlags) { rawValue = flag.rawValue }
        package static let lease = Self(VIR_DOMAIN_GET_HOSTNAME_LEASE)
        package static let agent = Self(VIR_DOMAIN_GET_HOSTNAME_AGENT)
    }

    /// The guest's host name, e.g. `vm1`: from the agent the one that the guest uses, from leases
    /// the one that it sent to the DHCP server.
    /// C: `virDomainGetHostname`.
    package func hostname(from source: HostnameSource) throws(LibvirtError) -> String {
        String(freeing: try check(virDomainGetHostname(pointer, source.rawValue)))
    }

    /// The guest's clock, in seconds since 1970, from its agent. C: `virDomainGetTime`.
    package func time() throws(LibvirtError) -> Int64 {
        var seconds: Int64 = 0
        var nanoseconds: UInt32 = 0
        try check(virDomainGetTime(pointer, &seconds, &nanoseconds, 0))
        return seconds
    }

    /// Sets the guest's clock; with `sync` the guest sets it from its hardware clock instead.
    /// C: `virDomainSetTime`.
    package func setTime(_ seconds: Int64, sync: Bool) throws(LibvirtError) {
        try check(
            virDomainSetTime(pointer, seconds, 0, sync ? VIR_DOMAIN_TIME_SYNC.rawValue : 0))
    }
}
