import Glibc
import Policy
import System
import TestSupport
import Testing
import Text
import XML

@testable import Libvirt
@testable import Protocol

/// The errors that give each kind. The kinds that only one command produces are tested with that
/// command, too.
@Suite struct RequestErrorTests {
    private struct Failure: Error {}

    @Test(arguments: RequestError.Kind.allCases)
    func kindHasItsCauses(kind: RequestError.Kind) throws {
        let causes = try causes(of: kind)
        #expect(!causes.isEmpty)
        for (number, cause) in causes.enumerated() {
            #expect(cause.kind == kind, "cause \(number): \(cause.message)")
            #expect(!cause.message.isEmpty)
        }
    }

    private func causes(of kind: RequestError.Kind) throws -> [RequestError] {
        switch kind {
        case .badRequest:
            [
                try reply(to: "{}"), try reply(to: #"{"cmd":"greet"}"#),
                try reply(to: #"{"cmd":"greet","name":1}"#),
                try reply(to: #"{"cmd":"greet","name":"a","x":1}"#),
                error { _ = try FileName(checking: "a/b", "volume name") },
                error {
                    do throws(RegexError) { _ = try PythonRegex("(") } catch {
                        throw RequestError("filter", "(", error)
                    }
                },
            ]
        case .unknownCommand:
            [try reply(to: #"{"cmd":"x"}"#), try reply(to: #"{"cmd":1}"#)]
        case .cancelled: [.cancelled, RequestError(SystemError.cancelled)]
        case .denied:
            libvirt(
                .accessDenied, .authenticationFailed, .authenticationUnavailable,
                .operationDenied) + system(EACCES, EPERM)
                + [
                    try onHost { uri in
                        try Connection(uri, readOnly: true).domain(name: "vm1").destroy()
                    }
                ]
        case .notFound:
            libvirt(
                .noDomain, .noStoragePool, .noStorageVolume, .noNetwork, .noNodeDevice,
                .noInterface, .noSecret, .noNetworkFilter, .noSnapshot, .noCheckpoint,
                .noMetadata, .noNetworkPort, .deviceMissing) + system(ENOENT)
                + [
                    error { _ = try FileDescriptor.reading("/nonexistent") },
                    try onHost { _ = try Connection($0).domain(name: "none") },
                    try onHost { _ = try Connection($0).storagePool(name: "none") },
                    try onHost {
                        _ = try Connection($0).storagePool(name: "pool").volume(name: "none")
                    },
                ]
        case .exists:
            libvirt(.domainExists, .storageVolumeExists, .networkExists) + system(EEXIST)
                + [error { _ = try FileDescriptor.creating("/dev/null") }]
        case .busy: libvirt(.resourceBusy)
        case .noSpace:
            system(ENOSPC, EDQUOT, EFBIG)
                + [ENOSPC, EDQUOT, EFBIG].map { number in
                    RequestError(
                        LibvirtError(
                            code: .systemError, domain: .storage, message: "cannot extend file",
                            systemErrorNumber: number))
                }
                + [
                    error { try FileDescriptor.replacing("/dev/full").write([1]) }
                ]
        case .timeout: libvirt(.operationTimeout)
        case .disconnected:
            libvirt(.rpc, .noConnection, .invalidConnection)
                + [LibvirtError.Domain.remote, .rpc].flatMap { domain in
                    [RequestError(LibvirtError(code: .systemError, domain: domain, message: "x"))]
                }
                + [
                    RequestError(LibvirtError(code: .internalError, domain: .rpc, message: "x")),
                    error {
                        LibvirtError.silenceLibrary()
                        _ = try Connection("qemu+unix:///system?socket=/nonexistent/socket")
                    },
                ]
        case .unsupported:
            libvirt(.noSupport, .operationUnsupported)
                + [
                    try onHost {
                        _ = try Connection($0).domain(name: "vm1").openConsole {}
                    }
                ]
        case .libvirt:
            libvirt(
                .internalError, .operationInvalid, .operationFailed, .invalidArgument,
                .systemError, .xmlError, .overflow,
                LibvirtError.Code(rawValue: 9999))
                + [
                    error { _ = try Document(parsing: "<a>") },
                    try onHost { try Connection($0).domain(name: "vm1").start() },
                ]
        case .system: system(EIO, ENOTDIR, EMFILE, EPIPE) + [RequestError(Failure())]
        }
    }

    private func libvirt(_ codes: LibvirtError.Code...) -> [RequestError] {
        codes.map { RequestError(LibvirtError(code: $0, message: "it failed")) }
    }

    private func system(_ numbers: Int32...) -> [RequestError] {
        numbers.map { RequestError(SystemError(number: $0)) }
    }

    /// The error that `body` throws.
    private func error(_ body: () throws -> Void) -> RequestError {
        do { try body() } catch { return RequestError(error) }
        return RequestError(.system, "")  // nothing was thrown: an empty message fails the test
    }

    /// The error that libvirt reports for a running domain `vm1` and a pool with the volume `a`.
    private func onHost(_ body: (_ uri: String) throws -> Void) throws -> RequestError {
        try inTemporaryDirectory { directory in
            let host = try TestHost(
                in: directory, domains: [TestHost.Domain("vm1", isRunning: true)],
                pools: [TestHost.Pool("pool", path: directory, volumes: ["a"])])
            return error { try body(host.uri) }
        }
    }

    private func reply(to line: String) throws -> RequestError {
        let greet = TestCommand("greet") { parameters in
            let name = parameters.string("name", "")
            return { _, request in ["text": .string(try request[name])] }
        }
        return try inTemporaryDirectory { directory in
            let wire = try TestClient(sends: "", in: directory).wire
            let object = try RequestObject(line: Array(line.utf8))
            let reply = try Dispatcher([greet], wire, .silent, .unconfined, .none).reply(
                to: object, Context(wire))
            return try #require(reply.error)
        }
    }

    /// A code that is not listed here is of kind `libvirt`.
    @Test func everyOtherCodeIsLibvirt() throws {
        let listed = try RequestError.Kind.allCases.filter { $0 != .libvirt }.flatMap { kind in
            try causes(of: kind).compactMap(\.libvirt?.code)
        }
        for number in Int32(0)...150 {
            let code = LibvirtError.Code(rawValue: number)
            if listed.contains(code) { continue }
            let error = LibvirtError(code: code, message: "it failed")
            #expect(RequestError.Kind(error) == .libvirt, "\(number)")
        }
    }

    // MARK: Texts

    @Test func messageOfCauseFollowsOurs() {
        let libvirt = LibvirtError(code: .noDomain, domain: .none, message: "Domain not found")
        let error = RequestError("failed getting domain 'a'", libvirt)
        #expect(error.message == "failed getting domain 'a': Domain not found")
        #expect(error.kind == .notFound && error.libvirt == libvirt)
        let full = RequestError("cannot copy 'a'", SystemError(number: ENOSPC))
        #expect(full.message == "cannot copy 'a': No space left on device")
        #expect(full.kind == .noSpace && full.libvirt == nil)
    }

    @Test func invalidRegexNamesItsArgument() throws {
        do throws(RegexError) {
            _ = try PythonRegex("vm[")
            Issue.record("accepted")
        } catch {
            let message = RequestError("filter", "vm[", error).message
            #expect(message.hasPrefix("filter 'vm[' is not a valid regular expression: "))
            #expect(message.hasSuffix(" at position \(error.position)"))
        }
    }

    @Test func stepKeepsEverythingElse() {
        let libvirt = LibvirtError(code: .resourceBusy, domain: .none, message: "busy")
        let error = RequestError(.busy, "it is busy", object: "vm1", hint: "wait", libvirt: libvirt)
            .inStep("copy")
        #expect(error.message == "step 'copy': it is busy")
        #expect(error.kind == .busy && error.object == "vm1" && error.hint == "wait")
        #expect(error.libvirt == libvirt)
    }

    @Test func requestErrorIsNotWrapped() {
        let error: any Error = RequestError(.busy, "it is busy", object: "vm1")
        #expect(RequestError(error).kind == .busy && RequestError(error).object == "vm1")
    }

    @Test func jsonHasWhatIsKnown() {
        func text(_ error: RequestError) -> String {
            var bytes: [UInt8] = []
            error.json.write(to: &bytes)
            return String(decoding: bytes, as: UTF8.self)
        }
        #expect(text(RequestError(.badRequest, "x")) == #"{"kind": "bad-request"}"#)
        let libvirt = LibvirtError(
            code: .noDomain, domain: LibvirtError.Domain(rawValue: 12), message: "not found")
        #expect(
            text(RequestError(.notFound, "x", object: "vm1", hint: "y", libvirt: libvirt))
                == #"{"kind": "not-found", "object": "vm1", "hint": "y", "#
                + #""libvirt": {"code": 42, "domain": 12, "message": "not found"}}"#)
    }

    /// Part of the protocol: clients compare these.
    @Test func kindsHaveTheirNames() {
        #expect(
            RequestError.Kind.allCases.map(\.rawValue) == [
                "bad-request", "unknown-command", "denied", "not-found", "exists", "busy",
                "no-space", "timeout", "disconnected", "cancelled", "unsupported", "libvirt",
                "system",
            ])
    }
}
