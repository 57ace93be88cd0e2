import CLibvirt
import System

extension Domain {
    /// How a domain is saved or restored. C: `virDomainSaveRestoreFlags`.
    package struct SaveFlags: OptionSet, Sendable {
        package let rawValue: UInt32
        package init(rawValue: UInt32) { self.rawValue = rawValue }
        private init(_ flag: virDomainSaveRestoreFlags) { rawValue = flag.rawValue }
        package static let bypassCache = Self(VIR_DOMAIN_SAVE_BYPASS_CACHE)
        /// Running after it is restored, even if it was paused.
        package static let running = Self(VIR_DOMAIN_SAVE_RUNNING)
        /// Paused after it is restored, even if it was running.
        package static let paused = Self(VIR_DOMAIN_SAVE_PAUSED)
        package static let resetNVRAM = Self(VIR_DOMAIN_SAVE_RESET_NVRAM)
    }

    /// Saves the domain's memory to a file of the host and stops the domain; `xml` replaces the
    /// description that is saved with it. C: `virDomainSave`, `virDomainSaveFlags`.
    package func save(
        to path: String, xml: String?, _ flags: SaveFlags
    ) throws(LibvirtError) {
        try checkForeign(path)
        if flags.isEmpty, xml == nil {  // not every driver implements the call with flags
            try check(virDomainSave(pointer, path))
        } else {
            try check(virDomainSaveFlags(pointer, path, xml, flags.rawValue))
        }
    }

    /// As `save`, with parameters: the path as `file`, and e.g. `image_format`. C:
    /// `virDomainSaveParams`.
    package func save(
        to path: String, _ parameters: [TypedParameter], _ flags: SaveFlags
    ) throws(LibvirtError) {
        try checkForeign(path)
        try parameters.withC { (array, count) throws(LibvirtError) in
            try check(virDomainSaveParams(pointer, array, count, flags.rawValue))
        }
    }

    /// Saves the domain's memory where libvirt restores it at the next start, and stops the domain.
    /// C: `virDomainManagedSave`.
    package func managedSave(_ flags: SaveFlags) throws(LibvirtError) {
        try check(virDomainManagedSave(pointer, flags.rawValue))
    }

    /// Whether the next start restores a saved state. C: `virDomainHasManagedSaveImage`.
    package func hasManagedSave() throws(LibvirtError) -> Bool {
        try check(virDomainHasManagedSaveImage(pointer, 0)) > 0
    }

    /// Deletes the saved state, so that the next start boots. C: `virDomainManagedSaveRemove`.
    package func removeManagedSave() throws(LibvirtError) {
        try check(virDomainManagedSaveRemove(pointer, 0))
    }

    /// The description in the managed save; `secure` includes passwords.
    /// C: `virDomainManagedSaveGetXMLDesc`.
    package func managedSaveXML(secure: Bool) throws(LibvirtError) -> String {
        String(
            freeing: try check(
                virDomainManagedSaveGetXMLDesc(
                    pointer, secure ? VIR_DOMAIN_SAVE_IMAGE_XML_SECURE.rawValue : 0)))
    }

    /// Replaces the description in the managed save. C: `virDomainManagedSaveDefineXML`.
    package func setManagedSaveXML(
        _ xml: String, _ flags: SaveFlags
    ) throws(LibvirtError) {
        try check(virDomainManagedSaveDefineXML(pointer, xml.cText, flags.rawValue))
    }

    /// What happens to a domain whose memory is dumped. C: `virDomainCoreDumpFlags`.
    package struct DumpFlags: OptionSet, Sendable {
        package let rawValue: UInt32
        package init(rawValue: UInt32) { self.rawValue = rawValue }
        private init(_ flag: virDomainCoreDumpFlags) { rawValue = flag.rawValue }
        package static let crash = Self(VIR_DUMP_CRASH)
        package static let live = Self(VIR_DUMP_LIVE)
        package static let bypassCache = Self(VIR_DUMP_BYPASS_CACHE)
        package static let reset = Self(VIR_DUMP_RESET)
        package static let memoryOnly = Self(VIR_DUMP_MEMORY_ONLY)
    }

    /// The format of a dump. C: `virDomainCoreDumpFormat`.
    package enum DumpFormat: UInt32, CaseIterable, Sendable {
        /// The hypervisor's default, with `.memoryOnly` ELF.
        /// C: `VIR_DOMAIN_CORE_DUMP_FORMAT_RAW`.
        case raw
        case kdumpZlib, kdumpLZO, kdumpSnappy
        /// For the Windows debugger. C: `VIR_DOMAIN_CORE_DUMP_FORMAT_WIN_DMP`.
        case windows
    }

    /// Writes the domain's memory to a file of the host.
    /// C: `virDomainCoreDump`, `virDomainCoreDumpWithFormat`.
    package func dumpCore(
        to path: String, format: DumpFormat, _ flags: DumpFlags
    ) throws(LibvirtError) {
        try checkForeign(path)
        // Not every driver implements the call with a format.
        if format == .raw {
            try check(virDomainCoreDump(pointer, path, flags.rawValue))
        } else {
            try check(virDomainCoreDumpWithFormat(pointer, path, format.rawValue, flags.rawValue))
        }
    }
}

extension Connection {
    /// Starts a domain from a file that `Domain.save` wrote; `xml` replaces the description in it.
    /// C: `virDomainRestore`, `virDomainRestoreFlags`.
    package func restoreDomain(
        from path: String, xml: String?, _ flags: Domain.SaveFlags
    ) throws(LibvirtError) {
        try checkForeign(path)
        if flags.isEmpty, xml == nil {
            try check(virDomainRestore(pointer, path))
        } else {
            try check(virDomainRestoreFlags(pointer, path, xml, flags.rawValue))
        }
    }

    /// As `restoreDomain`, with parameters: the path as `file`, and e.g. `parallel.channels`.
    /// C: `virDomainRestoreParams`.
    package func restoreDomain(
        from path: String, _ parameters: [TypedParameter], _ flags: Domain.SaveFlags
    ) throws(LibvirtError) {
        try checkForeign(path)
        try parameters.withC { (array, count) throws(LibvirtError) in
            try check(virDomainRestoreParams(pointer, array, count, flags.rawValue))
        }
    }

    /// The description in a file that `Domain.save` wrote; `secure` includes passwords.
    /// C: `virDomainSaveImageGetXMLDesc`.
    package func savedXML(in path: String, secure: Bool) throws(LibvirtError) -> String {
        try checkForeign(path)
        return String(
            freeing: try check(
                virDomainSaveImageGetXMLDesc(
                    pointer, path, secure ? VIR_DOMAIN_SAVE_IMAGE_XML_SECURE.rawValue : 0)))
    }

    /// Replaces the description in a file that `Domain.save` wrote.
    /// C: `virDomainSaveImageDefineXML`.
    package func setSavedXML(
        in path: String, to xml: String, _ flags: Domain.SaveFlags
    ) throws(LibvirtError) {
        try checkForeign(path)
        try check(virDomainSaveImageDefineXML(pointer, path, xml.cText, flags.rawValue))
    }
}

/// Throws an error for a file that the session itself has open: libvirt's test driver opens files
/// in this process, and a daemon would overwrite them.
private func checkForeign(_ path: String) throws(LibvirtError) {
    guard let message = OwnFiles.objection(to: path) else { return }
    let error = LibvirtError(code: .systemError, message: message)
    error.report()
    throw error
}
