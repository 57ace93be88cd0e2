import CLibvirt

extension Domain {
    /// How a domain starts. C: `virDomainCreateFlags`.
    package struct StartFlags: OptionSet, Sendable {
        package let rawValue: UInt32
        package init(rawValue: UInt32) { self.rawValue = rawValue }
        private init(_ flag: virDomainCreateFlags) { rawValue = flag.rawValue }
        package static let paused = Self(VIR_DOMAIN_START_PAUSED)
        package static let autodestroy = Self(VIR_DOMAIN_START_AUTODESTROY)
        package static let bypassCache = Self(VIR_DOMAIN_START_BYPASS_CACHE)
        package static let forceBoot = Self(VIR_DOMAIN_START_FORCE_BOOT)
        package static let validate = Self(VIR_DOMAIN_START_VALIDATE)
        package static let resetNVRAM = Self(VIR_DOMAIN_START_RESET_NVRAM)
    }

    /// Starts a defined domain. C: `virDomainCreate`, `virDomainCreateWithFlags`.
    package func start(_ flags: StartFlags = []) throws(LibvirtError) {
        if flags.isEmpty {  // not every driver implements the call with flags
            try check(virDomainCreate(pointer))
        } else {
            try check(virDomainCreateWithFlags(pointer, flags.rawValue))
        }
    }

    /// The same with descriptors for the guest, which fails; see `withClosedDescriptors`.
    /// C: `virDomainCreateWithFiles`.
    package func start(_ flags: StartFlags, files: [Int32]) throws(LibvirtError) {
        try withClosedDescriptors(for: files) { files, count throws(LibvirtError) in
            try check(virDomainCreateWithFiles(pointer, count, files, flags.rawValue))
        }
    }

    /// How a domain is destroyed. C: `virDomainDestroyFlagsValues`.
    package struct DestroyFlags: OptionSet, Sendable {
        package let rawValue: UInt32
        package init(rawValue: UInt32) { self.rawValue = rawValue }
        private init(_ flag: virDomainDestroyFlagsValues) { rawValue = flag.rawValue }
        /// Fail instead of killing a hypervisor that does not stop by itself.
        package static let graceful = Self(VIR_DOMAIN_DESTROY_GRACEFUL)
        package static let removeLogs = Self(VIR_DOMAIN_DESTROY_REMOVE_LOGS)
    }

    /// Stops a running domain at once, as if its power was cut.
    /// C: `virDomainDestroy`, `virDomainDestroyFlags`.
    package func destroy(_ flags: DestroyFlags = []) throws(LibvirtError) {
        if flags.isEmpty {
            try check(virDomainDestroy(pointer))
        } else {
            try check(virDomainDestroyFlags(pointer, flags.rawValue))
        }
    }

    /// How a guest is asked to shut down or reboot; empty means the driver's choice. The flags of
    /// both calls have the same values.
    /// C: `virDomainShutdownFlagValues`, `virDomainRebootFlagValues`.
    package struct ShutdownModes: OptionSet, Sendable {
        package let rawValue: UInt32
        package init(rawValue: UInt32) { self.rawValue = rawValue }
        private init(_ flag: virDomainShutdownFlagValues) { rawValue = flag.rawValue }
        package static let acpi = Self(VIR_DOMAIN_SHUTDOWN_ACPI_POWER_BTN)
        package static let agent = Self(VIR_DOMAIN_SHUTDOWN_GUEST_AGENT)
        package static let initctl = Self(VIR_DOMAIN_SHUTDOWN_INITCTL)
        package static let signal = Self(VIR_DOMAIN_SHUTDOWN_SIGNAL)
        package static let paravirt = Self(VIR_DOMAIN_SHUTDOWN_PARAVIRT)
    }

    /// Asks the guest to shut down, without waiting for that.
    /// C: `virDomainShutdown`, `virDomainShutdownFlags`.
    package func shutdown(_ modes: ShutdownModes = []) throws(LibvirtError) {
        if modes.isEmpty {
            try check(virDomainShutdown(pointer))
        } else {
            try check(virDomainShutdownFlags(pointer, modes.rawValue))
        }
    }

    /// Asks the guest to reboot, without waiting for that. C: `virDomainReboot`.
    package func reboot(_ modes: ShutdownModes = []) throws(LibvirtError) {
        try check(virDomainReboot(pointer, modes.rawValue))
    }

    /// Resets the guest at once, as a reset button does. C: `virDomainReset`.
    package func reset() throws(LibvirtError) { try check(virDomainReset(pointer, 0)) }

    /// Pauses the guest. C: `virDomainSuspend`.
    package func suspend() throws(LibvirtError) { try check(virDomainSuspend(pointer)) }

    /// Continues a paused guest. C: `virDomainResume`.
    package func resume() throws(LibvirtError) { try check(virDomainResume(pointer)) }

    /// Puts the guest to sleep for a number of seconds; 0 means until `wake()`.
    /// C: `virDomainPMSuspendForDuration`.
    package func sleep(target: SuspendTarget, seconds: UInt64) throws(LibvirtError) {
        try check(virDomainPMSuspendForDuration(pointer, target.rawValue, seconds, 0))
    }

    /// Wakes a guest that put itself to sleep. C: `virDomainPMWakeup`.
    package func wake() throws(LibvirtError) { try check(virDomainPMWakeup(pointer, 0)) }

    /// Sends a non-maskable interrupt to the guest. C: `virDomainInjectNMI`.
    package func injectNMI() throws(LibvirtError) { try check(virDomainInjectNMI(pointer, 0)) }

    /// What the numbers of keys mean. C: `virKeycodeSet`.
    package enum KeycodeSet: UInt32, CaseIterable, Sendable {
        case linux, xt, atset1, atset2, atset3, osX, xtKbd, usb, win32, qnum
    }

    /// How many keys one call of `sendKeys` may press. C: `VIR_DOMAIN_SEND_KEY_MAX_KEYS`.
    package static let maximumKeyCount = Int(VIR_DOMAIN_SEND_KEY_MAX_KEYS)

    /// Presses keys together and holds them for a number of milliseconds. C: `virDomainSendKey`.
    package func sendKeys(
        _ keys: [UInt32], codeset: KeycodeSet, holdMilliseconds: UInt32
    ) throws(LibvirtError) {
        // C takes a pointer that is not const, but does not change the keys.
        var keys = keys
        try check(
            virDomainSendKey(
                pointer, codeset.rawValue, holdMilliseconds, &keys, Int32(keys.count), 0))
    }

    /// Sends a signal to a process of the guest. `signal` is a `virDomainProcessSignal`: its
    /// numbers are Linux's, and 32 + N is the real-time signal N.
    /// C: `virDomainSendProcessSignal`.
    package func send(signal: UInt32, toProcess process: Int64) throws(LibvirtError) {
        try check(virDomainSendProcessSignal(pointer, process, signal, 0))
    }
}

extension Connection {
    /// Starts a transient domain, which is gone when it stops. C: `virDomainCreateXML`.
    package func createDomain(
        _ xml: PermittedXML, _ flags: Domain.StartFlags
    ) throws(LibvirtError) -> Domain {
        Domain(adopting: try check(virDomainCreateXML(pointer, xml.text.cText, flags.rawValue)))
    }

    /// The same with descriptors for the guest, which fails; see `withClosedDescriptors`.
    /// C: `virDomainCreateXMLWithFiles`.
    package func createDomain(
        _ xml: PermittedXML, _ flags: Domain.StartFlags, files: [Int32]
    ) throws(LibvirtError) -> Domain {
        try withClosedDescriptors(for: files) { files, count throws(LibvirtError) in
            Domain(
                adopting: try check(
                    virDomainCreateXMLWithFiles(
                        pointer, xml.text.cText, count, files, flags.rawValue)))
        }
    }
}
