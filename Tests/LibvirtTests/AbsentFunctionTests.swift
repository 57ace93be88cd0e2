import CLibvirt
import Testing

@testable import Libvirt

/// Functions that the host's libvirt may not have; see CLibvirt/include/newer.h.
struct AbsentFunctionTests {
    @Test func newerFunctionsAreKnown() throws {
        let version = try Connection.libraryVersion()
        #expect(atex_has_virNetworkGetMetadata() == (version >= 9_007_000))
        #expect(atex_has_virNodeDeviceUpdate() == (version >= 10_001_000))
        #expect(atex_has_virDomainGraphicsReload() == (version >= 10_002_000))
        #expect(atex_has_virDomainSetThrottleGroup() == (version >= 11_002_000))
        #expect(atex_has_virDomainAnnounceInterface() == (version >= 12_005_000))
    }

    @Test func absentFunctionFailsAsLibvirtsDo() throws {
        let connection = try Connection("test:///default")
        let domain = try connection.domain(name: "test")
        LibvirtError.forgetReported()
        let error = #expect(throws: LibvirtError.self) {
            try check(virDomainAnnounceInterface(domain.pointer, nil, nil, 0, 0))
        }
        #expect(error?.code == .noSupport)
        guard !atex_has_virDomainAnnounceInterface() else { return }
        #expect(
            error?.message == "libvirt.so.0 of this host has no function virDomainAnnounceInterface"
        )
        // The error does not stay: the next failure has its own.
        let next = #expect(throws: LibvirtError.self) { try connection.domain(name: "none") }
        #expect(next?.code == .noDomain)
    }

    @Test func errorOfAbsentFunctionIsReplacedByLaterOne() throws {
        LibvirtError.silenceLibrary()
        let connection = try Connection("test:///default")
        let domain = try connection.domain(name: "test")
        guard !atex_has_virDomainAnnounceInterface() else { return }
        _ = virDomainAnnounceInterface(domain.pointer, nil, nil, 0, 0)  // nobody takes its error
        #expect(LibvirtError.reported?.code == .noSupport)
        let next = #expect(throws: LibvirtError.self) { try connection.domain(name: "none") }
        #expect(next?.code == .noDomain)
    }
}
