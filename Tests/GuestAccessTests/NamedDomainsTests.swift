import Libvirt
import Protocol
import TestSupport
import Testing

@testable import GuestAccess

@Suite struct NamedDomainsTests {
    @Test func domainsAreFoundByName() throws {
        try withHost(TestHost.Domain("vm1"), TestHost.Domain("vm2", isRunning: true)) {
            host throws in
            #expect(try host.domain(named: "vm1").name() == "vm1")
            #expect(try host.runningDomain(named: "vm2").name() == "vm2")
            expectError(.libvirt, "domain 'vm1' is not running") {
                _ = try host.runningDomain(named: "vm1")
            }
            for find in [host.domain(named:), host.runningDomain(named:)] {
                expectError(.notFound, "there is no domain 'none'") { _ = try find("none") }
            }
            #expect(try host.isLocal())
        }
    }

    @Test func forwardsOfAllDomainsAreSortedByName() throws {
        try withHost(
            TestHost.Domain("b", forwardXML(2202)), TestHost.Domain("c"),
            TestHost.Domain("a", forwardXML(2201), isRunning: true)
        ) { host in
            let forwards = try host.forwardsOfAllDomains()
            #expect(forwards.map(\.domain) == ["a", "b"])
            #expect(forwards.map(\.hostPorts) == [2201...2201, 2202...2202])
            #expect(try host.forwards(ofDomain: "c") == [])
        }
    }

    @Test func lostDaemonIsDisconnected() {
        LibvirtError.silenceLibrary()
        let host = HostConnection(uri: "qemu+unix:///system?socket=/nonexistent/socket")
        expectError(.disconnected, "failed getting domain 'vm1': ") {
            _ = try host.domain(named: "vm1")
        }
    }
}
