package import Libvirt
package import Policy
package import System
package import Text
import XML

/// Why a request failed.
package struct RequestError: Error, Sendable {
    /// The class of the failure, for programs: the contract's `error.kind`.
    package enum Kind: String, Sendable, CaseIterable {
        case badRequest = "bad-request"
        case unknownCommand = "unknown-command"
        case denied
        case notFound = "not-found"
        case exists
        case busy
        case noSpace = "no-space"
        case timeout
        case disconnected
        case cancelled
        case unsupported
        case libvirt
        case system
    }

    package let kind: Kind
    /// For people: it names the thing, what is wrong, and what would be right.
    package let message: String
    /// The cause if libvirt reported it.
    package let libvirt: LibvirtError?
    /// The name of the object concerned, e.g. a domain's; `nil` if it would not help.
    package let object: String?
    /// Whether the bytes after the request are wrong, and not the request itself.
    package let concernsBody: Bool
    /// How to solve the problem; `nil` if the message says it all.
    package let hint: Hint?
    /// Whether the session's role does not permit the request, for the audit log.
    package let isPolicyDenial: Bool

    package init(
        _ kind: Kind, _ message: String, object: String? = nil, hint: Hint? = nil,
        libvirt: LibvirtError? = nil, concernsBody: Bool = false, isPolicyDenial: Bool = false
    ) {
        self.concernsBody = concernsBody
        self.kind = kind
        self.message = message
        self.object = object
        self.hint = hint
        self.libvirt = libvirt
        self.isPolicyDenial = isPolicyDenial
    }

    /// What the session's role does not permit.
    package init(_ denial: Denial) {
        self.init(.denied, denial.message, isPolicyDenial: true)
    }

    /// The client has cancelled the request, and its unfinished changes were reverted.
    package static let cancelled = RequestError(
        .cancelled, "the request was cancelled; what it had begun was undone")

    /// The same error as a part of a larger operation, whose step the message names.
    package func inStep(_ step: String) -> RequestError {
        RequestError(
            kind, "step '\(step)': \(message)", object: object, hint: hint, libvirt: libvirt,
            concernsBody: concernsBody, isPolicyDenial: isPolicyDenial)
    }

    /// A failure of libvirt, whose message follows ours.
    package init(_ message: String, _ error: LibvirtError) {
        self.init(Kind(error), "\(message): \(error.message)", libvirt: error)
    }

    /// A failed system call, whose message follows ours.
    package init(_ message: String, _ error: SystemError) {
        self.init(Kind(error), "\(message): \(error.message)")
    }

    /// A text that is not a valid regular expression; `name` is the argument that it was given for.
    package init(_ name: String, _ expression: String, _ error: RegexError) {
        self.init(
            .badRequest,
            "\(name) '\(shortened(expression))' is not a valid regular expression: \(error.message) at "
                + "position \(error.position)")
    }

    /// Any error that a command threw.
    package init(_ error: any Error) {
        switch error {
        case let error as RequestError: self = error
        case let error as Denial: self.init(error)
        case let error as Busy: self.init(.busy, error.message)
        case let error as LibvirtError:
            self.init(Kind(error), error.message, libvirt: error)
        case let error as SystemError: self.init(Kind(error), error.message)
        case let error as LibraryError: self.init(.system, error.message)
        case let error as XMLError:
            self.init(.libvirt, "cannot parse libvirt's XML: \(error.message)")
        // The type's name, because release builds have no reflection metadata to print a value.
        default: self.init(.system, "unexpected error \(type(of: error))")
        }
    }

    /// The `error` member of a reply.
    package var json: JSONValue {
        var members: [(name: String, value: JSONValue)] = [("kind", .string(kind.rawValue))]
        if let object { members.append(("object", .string(object))) }
        if let hint { members.append(("hint", .string(hint.text(.json)))) }
        if let libvirt {
            let details: [(name: String, value: JSONValue)] = [
                ("code", .integer(Int64(libvirt.code.rawValue))),
                ("domain", .integer(Int64(libvirt.domain.rawValue))),
                ("message", .string(libvirt.message)),
            ]
            members.append(("libvirt", .object(details)))
        }
        return .object(members)
    }
}

/// A client's text for a message; the reply repeats the argument in full anyway.
func shortened(_ text: String) -> String {
    text.utf8.count > 1000 ? text.prefix(100) + "..." : text
}

extension RequestError.Kind {
    package init(_ error: LibvirtError) {
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

    package init(_ error: SystemError) {
        self =
            switch error.condition {
            case _ where error == .cancelled: .cancelled
            case .noSpace: .noSpace
            case .notFound: .notFound
            case .exists: .exists
            case .denied: .denied
            case .other: .system
            }
    }
}

/// The client has cancelled the request, whose changes stay.
package struct CancelledAfterChanges: Error {
    package let message: String

    package init(message: String) { self.message = message }
}
