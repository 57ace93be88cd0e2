import Host
package import Libvirt

/// Why a request was not carried out.
package struct Refusal: Error, Sendable {
    /// What sort of failure it is, for programs. C: the contract's `error.kind`.
    package enum Kind: String, Sendable {
        case badRequest = "bad-request"
        case unknownCommand = "unknown-command"
        case denied
        case notFound = "not-found"
        case exists
        case busy
        case noSpace = "no-space"
        case timeout
        case disconnected
        case unsupported
        case libvirt
        case system
    }

    package let kind: Kind
    /// For people: it names the thing, what is wrong, and what would be right.
    package let message: String
    /// Where libvirt is the cause.
    package let libvirt: LibvirtError?
    /// What it is about, e.g. a domain's name; `nil` where that helps nobody.
    package let subject: String?
    /// What to do about it; `nil` where the message says all.
    package let hint: String?

    init(
        _ kind: Kind, _ message: String, object: String? = nil, hint: String? = nil,
        libvirt: LibvirtError? = nil
    ) {
        self.kind = kind
        self.message = message
        self.subject = object
        self.hint = hint
        self.libvirt = libvirt
    }

    /// The same failure as a part of something larger, which the message names.
    func inStep(_ step: String) -> Refusal {
        Refusal(
            kind, "step '\(step)': \(message)", object: subject, hint: hint, libvirt: libvirt)
    }

    /// Something that libvirt did not do, with its words behind ours.
    init(_ message: String, _ error: LibvirtError) {
        self.init(Kind(error), "\(message): \(error.message)", libvirt: error)
    }

    /// Something that the system did not do, with its words behind ours.
    init(_ message: String, _ error: SystemError) {
        self.init(Kind(error), "\(message): \(error.message)")
    }

    /// The object that a reply's `error` is.
    var object: JSONOutput {
        var members: [(String, JSONOutput)] = [("kind", .string(kind.rawValue))]
        if let subject { members.append(("object", .string(subject))) }
        if let hint { members.append(("hint", .string(hint))) }
        if let libvirt {
            members.append(
                (
                    "libvirt",
                    .object([
                        ("code", .integer(Int64(libvirt.code.rawValue))),
                        ("domain", .integer(Int64(libvirt.domain.rawValue))),
                        ("message", .string(libvirt.message)),
                    ])
                ))
        }
        return .object(members)
    }
}

extension Refusal.Kind {
    init(_ error: LibvirtError) {
        self =
            switch error.code {
            case _ where error.isLoss: .disconnected
            case .noDomain, .noStoragePool, .noStorageVolume, .noNetwork, .noNodeDevice,
                .noInterface, .noSecret, .noNetworkFilter, .noSnapshot, .noCheckpoint,
                .noMetadata, .noNetworkPort, .deviceMissing:
                .notFound
            case .domainExists, .storageVolumeExists, .networkExists: .exists
            case .resourceBusy: .busy
            case .noSupport, .operationUnsupported: .unsupported
            case .accessDenied, .authenticationFailed, .authenticationUnavailable,
                .operationDenied:
                .denied
            case .operationTimeout: .timeout
            case _ where error.isNoSpace: .noSpace
            default: .libvirt
            }
    }

    init(_ error: SystemError) {
        self =
            switch error.condition {
            case .noSpace: .noSpace
            case .notFound: .notFound
            case .exists: .exists
            case .denied: .denied
            case .other: .system
            }
    }
}
