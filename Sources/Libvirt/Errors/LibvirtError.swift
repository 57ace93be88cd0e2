import CLibvirt
import Glibc

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
    /// The `errno` of the system call that failed, if `code` is `.systemError` and libvirt knows
    /// it.
    package let systemErrorNumber: Int32?

    package init(
        code: Code, domain: Domain = .none, message: String, systemErrorNumber: Int32? = nil
    ) {
        self.code = code
        self.domain = domain
        self.message = message
        self.systemErrorNumber = systemErrorNumber
    }
}

extension LibvirtError {
    init(_ error: virError) {
        self.init(
            code: Code(rawValue: error.code), domain: Domain(rawValue: error.domain),
            message: error.message.map { String(libvirt: $0) } ?? "unknown error",
            // C: `virReportSystemError` stores it in `int1`.
            systemErrorNumber: error.code == Code.systemError.rawValue ? error.int1 : nil)
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
        // Or a later call that fails without an error would seem to fail for this reason.
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

    /// Whether a disk or a quota of the host is full.
    package var isNoSpace: Bool {
        [ENOSPC, EDQUOT, EFBIG].contains { $0 == systemErrorNumber }
    }

    /// Whether the account lacks a permission, of libvirt or of the system, for example the
    /// permission to connect to the daemon's socket.
    package var isPermissionDenied: Bool {
        switch code {
        case .authenticationFailed, .authenticationUnavailable, .accessDenied, .operationDenied:
            true
        case .systemError: systemErrorNumber == EACCES || systemErrorNumber == EPERM
        default: false
        }
    }

    /// Whether a pool cannot be refreshed while one of its volumes is created. libvirt has no code
    /// for this, so that the message has to decide.
    /// libvirt 9.0.0: `storagePoolRefresh` in storage_driver.c.
    package var isPoolBusy: Bool { message.contains("has asynchronous jobs running") }
}
