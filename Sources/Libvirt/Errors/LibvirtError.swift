import CLibvirt

/// Why one libvirt call failed.
package struct LibvirtError: Error, Hashable, Sendable {
    /// What is wrong, a `virErrorNumber`; not an enum, because newer libraries report newer
    /// numbers, and the wire carries them.
    package struct Code: RawRepresentable, Hashable, Sendable {
        package let rawValue: Int32
        package init(rawValue: Int32) { self.rawValue = rawValue }
        init(_ code: virErrorNumber) { rawValue = Int32(bitPattern: code.rawValue) }
    }

    /// The part of libvirt that failed, a `virErrorDomain`; not an enum, see `Code`.
    package struct Domain: RawRepresentable, Hashable, Sendable {
        package let rawValue: Int32
        package init(rawValue: Int32) { self.rawValue = rawValue }
        init(_ domain: virErrorDomain) { rawValue = Int32(bitPattern: domain.rawValue) }
    }

    package let code: Code
    package let domain: Domain
    /// libvirt's own message, without virsh's "error: ".
    package let message: String

    package init(code: Code, domain: Domain = .none, message: String) {
        self.code = code
        self.domain = domain
        self.message = message
    }
}

extension LibvirtError {
    init(_ error: virError) {
        self.init(
            code: Code(rawValue: error.code), domain: Domain(rawValue: error.domain),
            message: error.message.map { String(libvirt: $0) } ?? "unknown error")
    }

    /// Copies the error of the libvirt call that this thread just made, and clears it. libvirt
    /// keeps one error per thread, which the next call of the thread overwrites or clears, even
    /// one that frees. Call it in the same expression as the failed call: see `check`.
    /// C: `virGetLastError`.
    static func takeLast() -> LibvirtError {
        // Some calls fail without an error, e.g. when an argument is NULL.
        guard let last = virGetLastError() else {
            return LibvirtError(code: .ok, message: "unknown error")
        }
        let error = LibvirtError(last.pointee)
        virResetLastError()
        return error
    }

    /// Whether libvirt cannot be reached, or the connection broke, so that a new connection is
    /// worth a try. virsh 9.0.0: `vshCommandRun`. The internal error is that of a call on a
    /// connection that libvirt already knows to be closed. C: `virNetClientSendInternal`.
    package var isLoss: Bool {
        switch code {
        case .rpc, .noConnection, .invalidConnection: true
        case .systemError: domain == .remote || domain == .rpc
        case .internalError: domain == .rpc
        default: false
        }
    }

    // libvirt has no codes for the errors below, only texts. They are compared with its messages
    // here, and nowhere else.

    /// Whether a disk of the host is full: libvirt ends such a message with the text of `ENOSPC`.
    package var isNoSpace: Bool {
        code == .systemError && message.hasSuffix("No space left on device")
    }

    /// Whether the account may not do it: an error code that says so, or the text of `EACCES`,
    /// which is all that a refused connection to the daemon's socket reports.
    package var isDenied: Bool {
        switch code {
        case .authenticationFailed, .authenticationUnavailable, .accessDenied, .operationDenied:
            true
        default: saysPermissionDenied
        }
    }

    /// Whether the message holds the text of `EACCES`.
    package var saysPermissionDenied: Bool { message.contains("Permission denied") }

    /// Whether a pool cannot be refreshed while a volume of it is built.
    /// libvirt 9.0.0: `storagePoolRefresh` in storage_driver.c.
    package var isPoolBusy: Bool { message.contains("has asynchronous jobs running") }
}
