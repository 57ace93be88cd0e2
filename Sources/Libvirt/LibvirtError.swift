import CLibvirt
import Glibc
import Synchronization

/// Why one libvirt call failed.
package struct LibvirtError: Error, Hashable, Sendable {
    /// A `virErrorNumber`; not an enum, since newer libraries report newer numbers.
    package struct Code: RawRepresentable, Hashable, Sendable {
        package let rawValue: Int32
        package init(rawValue: Int32) { self.rawValue = rawValue }
        init(_ code: virErrorNumber) { rawValue = Int32(bitPattern: code.rawValue) }
    }

    /// The part of libvirt that failed, a `virErrorDomain`, e.g. 10 for QEMU.
    package struct Domain: RawRepresentable, Hashable, Sendable {
        package let rawValue: Int32
        package init(rawValue: Int32) { self.rawValue = rawValue }
        init(_ domain: virErrorDomain) { rawValue = Int32(bitPattern: domain.rawValue) }
    }

    package let code: Code
    package let domain: Domain
    /// libvirt's own words, without virsh's "error: ".
    package let message: String
    /// The `errno` of the system call that failed, if `code` is `.systemError` and libvirt gave it.
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

extension LibvirtError.Code {
    package static let ok = Self(VIR_ERR_OK)
    package static let internalError = Self(VIR_ERR_INTERNAL_ERROR)
    package static let noSupport = Self(VIR_ERR_NO_SUPPORT)
    package static let noConnection = Self(VIR_ERR_NO_CONNECT)
    package static let invalidConnection = Self(VIR_ERR_INVALID_CONN)
    package static let invalidArgument = Self(VIR_ERR_INVALID_ARG)
    package static let operationInvalid = Self(VIR_ERR_OPERATION_INVALID)
    package static let operationFailed = Self(VIR_ERR_OPERATION_FAILED)
    package static let operationUnsupported = Self(VIR_ERR_OPERATION_UNSUPPORTED)
    package static let configUnsupported = Self(VIR_ERR_CONFIG_UNSUPPORTED)
    package static let systemError = Self(VIR_ERR_SYSTEM_ERROR)
    package static let xmlError = Self(VIR_ERR_XML_ERROR)
    package static let xmlDetail = Self(VIR_ERR_XML_DETAIL)
    package static let rpc = Self(VIR_ERR_RPC)
    package static let overflow = Self(VIR_ERR_OVERFLOW)
    package static let noDomain = Self(VIR_ERR_NO_DOMAIN)
    package static let noNetwork = Self(VIR_ERR_NO_NETWORK)
    package static let noStoragePool = Self(VIR_ERR_NO_STORAGE_POOL)
    package static let noStorageVolume = Self(VIR_ERR_NO_STORAGE_VOL)
    package static let noNodeDevice = Self(VIR_ERR_NO_NODE_DEVICE)
    package static let noInterface = Self(VIR_ERR_NO_INTERFACE)
    package static let noSecret = Self(VIR_ERR_NO_SECRET)
    package static let noNetworkFilter = Self(VIR_ERR_NO_NWFILTER)
    package static let noMetadata = Self(VIR_ERR_NO_DOMAIN_METADATA)
    package static let noNetworkPort = Self(VIR_ERR_NO_NETWORK_PORT)
    package static let deviceMissing = Self(VIR_ERR_DEVICE_MISSING)
    package static let networkExists = Self(VIR_ERR_NETWORK_EXIST)
    package static let resourceBusy = Self(VIR_ERR_RESOURCE_BUSY)
    package static let storageVolumeExists = Self(VIR_ERR_STORAGE_VOL_EXIST)
    package static let domainExists = Self(VIR_ERR_DOM_EXIST)
    package static let operationDenied = Self(VIR_ERR_OPERATION_DENIED)
    package static let operationTimeout = Self(VIR_ERR_OPERATION_TIMEOUT)
    package static let authenticationFailed = Self(VIR_ERR_AUTH_FAILED)
    package static let authenticationUnavailable = Self(VIR_ERR_AUTH_UNAVAILABLE)
    package static let accessDenied = Self(VIR_ERR_ACCESS_DENIED)
}

extension LibvirtError.Domain {
    package static let none = Self(VIR_FROM_NONE)
    package static let storage = Self(VIR_FROM_STORAGE)
    package static let remote = Self(VIR_FROM_REMOTE)
    package static let rpc = Self(VIR_FROM_RPC)
}

extension LibvirtError {
    init(_ error: virError) {
        self.init(
            code: Code(rawValue: error.code), domain: Domain(rawValue: error.domain),
            message: error.message.map { String(libvirt: $0) } ?? "unknown error",
            // C: `virReportSystemError` stores it in `int1`.
            systemErrorNumber: error.code == Code.systemError.rawValue ? error.int1 : nil)
    }

    /// Whether the user's rights do not suffice, for libvirt or for the system below it, e.g. if the
    /// daemon's socket may not be opened.
    package var isPermissionDenied: Bool {
        switch code {
        case .authenticationFailed, .authenticationUnavailable, .accessDenied, .operationDenied:
            true
        case .systemError: systemErrorNumber == EACCES || systemErrorNumber == EPERM
        default: false
        }
    }

    /// The error of the call that this thread just made. C: `virGetLastError`.
    static func takeLast() -> LibvirtError {
        guard let last = virGetLastError() else {
            return LibvirtError(code: .ok, message: "unknown error")
        }
        let error = LibvirtError(last.pointee)
        virResetLastError()
        return error
    }

    /// Whether libvirt cannot be reached, or not any more, so that a new connection is worth a try.
    /// virsh 9.0.0: `vshCommandRun`; C: `virNetClientSendInternal` for what a call gets whose
    /// connection is known to be closed.
    package var isLoss: Bool {
        switch code {
        case .rpc, .noConnection, .invalidConnection: true
        case .systemError: domain == .remote || domain == .rpc
        case .internalError: domain == .rpc
        default: false
        }
    }

    /// Keeps libvirt from printing its errors on stderr and notes the last one instead.
    /// To be called once, before any other call. C: `virSetErrorFunc`.
    package static func silenceLibrary() {
        virSetErrorFunc(nil) { _, error in
            guard let error, atex_is_unreported() == 0 else { return }
            let noted = LibvirtError(error.pointee)
            lastReported.withLock { $0 = noted }
        }
    }

    /// The error that libvirt reported last, even if the call then went on well: virsh ends the
    /// report of a failed command with it. `nil` after `forgetReported()`.
    package static var reported: LibvirtError? { lastReported.withLock { $0 } }

    /// Forgets what `reported` tells, where a failed call was only a try.
    /// virsh 9.0.0: `vshResetLibvirtError`.
    package static func forgetReported() {
        if atex_is_unreported() == 0 { lastReported.withLock { $0 = nil } }
    }

    /// Does what nobody asks `reported` about: what fails in it on this thread is not noted, nor is
    /// anything forgotten.
    package static func unreported<Value>(_ body: () -> Value) -> Value {
        let outside = atex_is_unreported()
        atex_set_unreported(1)
        defer { atex_set_unreported(outside) }
        return body()
    }

    /// Notes an error of our own as if libvirt had reported it: virsh calls parts of libvirt
    /// (number suffixes, XML parsing) that we do ourselves. What a call reported before stays:
    /// virsh asks such parts only where it knows of no error.
    package func report() { lastReported.withLock { $0 = $0 ?? self } }

    /// Does what must not change what `reported` tells.
    /// virsh 9.0.0: `vshSaveLibvirtHelperError`.
    static func keepingReported(_ body: () -> Void) {
        let reported = Self.reported
        body()
        lastReported.withLock { $0 = reported ?? $0 }
    }
}

/// What libvirt reported last; see `LibvirtError.reported`.
private let lastReported = Mutex<LibvirtError?>(nil)

/// Makes one C call that answers a negative number on failure; a twin takes those that answer NULL.
@discardableResult
func check<Value: SignedInteger>(_ call: @autoclosure () -> Value) throws(LibvirtError) -> Value {
    let value = call()
    guard value >= 0 else { throw .takeLast() }
    return value
}

/// What may be NULL. Not any type: in `check(call()) == 0` a number would become an optional one,
/// which is never missing.
protocol CPointer {}
extension OpaquePointer: CPointer {}
extension UnsafePointer: CPointer {}
extension UnsafeMutablePointer: CPointer {}

/// Makes one C call that answers NULL on failure.
func check<Value: CPointer>(_ call: @autoclosure () -> Value?) throws(LibvirtError) -> Value {
    guard let value = call() else { throw .takeLast() }
    return value
}
