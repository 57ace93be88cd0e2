import Confinement
import Libvirt
import Policy
import Protocol
import System
import TestSupport
import Testing
import Wire

@testable import GuestAccess

@Suite struct RouteFinderTests {
    private let running = TestHost.Domain("vm1", forwardXML(2201), isRunning: true)

    @Test func forwardIsRoute() throws {
        try withHost(running) { host in
            let finder = try RouteFinder(host, to: 22, of: "vm1", UnconfinedGate())
            let routes = try finder.routes(askingAgent: true)
            #expect(routes.map(\.text) == ["127.0.0.1:2201"])
            #expect(finder.objection(to: try #require(routes.first)) == nil)
        }
    }

    @Test func unknownDomainIsNotFound() throws {
        try withHost(running) { host in
            expectError(.notFound, "there is no domain 'none'") {
                _ = try RouteFinder(host, to: 22, of: "none", UnconfinedGate())
            }
        }
    }

    @Test func stoppedDomainHasNoRoute() throws {
        try withHost(TestHost.Domain("vm1", forwardXML(2201))) { host in
            expectError(.libvirt, "domain 'vm1' is not running") {
                _ = try RouteFinder(host, to: 22, of: "vm1", UnconfinedGate())
            }
        }
    }

    @Test func otherPortHasNoRoute() throws {
        try withHost(running) { host in
            expectError(.notFound, "no forward leads to port 23 of domain 'vm1'") {
                _ = try RouteFinder(host, to: 23, of: "vm1", UnconfinedGate())
            }
        }
    }

    @Test func forwardOfOtherDeviceIsUnsupported() throws {
        let xml = forwardXML(2201, attributes: "dev='eth9'")
        try withHost(TestHost.Domain("vm1", xml, isRunning: true)) { host in
            expectError(
                .unsupported,
                "port 22 of domain 'vm1' is forwarded from the device 'eth9' only"
            ) { _ = try RouteFinder(host, to: 22, of: "vm1", UnconfinedGate()) }
        }
    }

    @Test func forwardedAddressIsForClient() throws {
        try withHost(running) { host in
            let client = Client(
                sshConnection: "192.0.2.1 50022 192.0.2.9 22", sudoUser: nil)
            let found = try #require(
                try host.forwardedAddress(of: 22, ofDomain: "vm1", for: client))
            #expect(found == ("192.0.2.9", 2201))
            let none = try host.forwardedAddress(of: 23, ofDomain: "vm1", for: client) == nil
            #expect(none)
        }
    }

    /// A role reaches a port only if the host can tell that it is the guest's, which it cannot on
    /// the test driver.
    @Test func roleUsesNoUnprovenForward() throws {
        let listener = try Listener()
        let xml = forwardXML(Int(listener.port))
        try withHost(TestHost.Domain("vm1", xml, isRunning: true), policy: confined()) { host in
            let text = "no process of the guest is known to listen there"
            expectError(.system, text) {
                _ = try host.connect(to: 22, ofDomain: "vm1", UnconfinedGate())
            }
            expectError(.timeout, text) {
                _ = try host.waitForPort(
                    22, ofDomain: "vm1", timeout: 0.2, banner: .none,
                    for: Client(sshConnection: nil, sudoUser: nil), UnconfinedGate())
            }
        }
    }

    @Test func roleUsesNoForwardWithoutRange() throws {
        let all = """
            <devices><interface type='user'><mac address='52:54:00:00:00:0a'/>
              <portForward proto='tcp'/></interface></devices>
            """
        let client = Client(sshConnection: nil, sudoUser: nil)
        let domain = TestHost.Domain("vm1", all, isRunning: true)
        try withHost(domain) { host in
            let finder = try RouteFinder(host, to: 22, of: "vm1", UnconfinedGate())
            #expect(try finder.routes(askingAgent: false).map(\.text) == ["127.0.0.1:22"])
            let found = try host.forwardedAddress(of: 22, ofDomain: "vm1", for: client)
            #expect(found?.port == 22)
        }
        try withHost(domain, policy: confined()) { host in
            expectError(.notFound, "no forward leads to port 22 of domain 'vm1'") {
                _ = try RouteFinder(host, to: 22, of: "vm1", UnconfinedGate())
            }
            let none = try host.forwardedAddress(of: 22, ofDomain: "vm1", for: client) == nil
            #expect(none)
        }
    }

    @Test func addressOfARoleMustBeProved() throws {
        let lease = GuestAddress(
            interface: "vnet0", mac: "52:54:00:00:00:0a", isIPv6: false, address: "192.0.2.5",
            prefix: 24, source: .lease)
        #expect(GuestRoute(lease, 22).claimedBy == nil)
        #expect(GuestRoute(lease, 22, isProofNeeded: true).claimedBy == "52:54:00:00:00:0a")
    }

    private func confined() throws -> Policy {
        var role = Role(name: "tester")
        role.domains = try NamePattern("vm.*")
        return Policy(role: role, identity: "ci-7")
    }

    // MARK: Connections

    @Test func connectReachesListener() throws {
        let listener = try Listener()
        let xml = forwardXML(Int(listener.port))
        try withHost(TestHost.Domain("vm1", xml, isRunning: true)) { host in
            let greet: @Sendable () -> Void = { listener.greet("hello") }
            try runConcurrently(greet) {
                let socket = try host.connect(to: 22, ofDomain: "vm1", UnconfinedGate())
                var received: [UInt8] = []
                try wait("the greeting arrived") {
                    received += try socket.receive(atMost: 100) ?? []
                    return received == Array("hello".utf8)
                }
            }
        }
    }

    @Test func refusedConnectionIsSystemError() throws {
        // Closed again, so that nothing listens.
        let port = Int(try Listener().port)
        try withHost(TestHost.Domain("vm1", forwardXML(port), isRunning: true)) { host in
            expectError(
                .system,
                "port 22 of domain 'vm1' cannot be reached: 127.0.0.1:\(port): connection refused"
            ) { _ = try host.connect(to: 22, ofDomain: "vm1", UnconfinedGate()) }
        }
    }

    // MARK: Waiting for a port

    @Test func bannerOfSSHIsAnswer() throws {
        let listener = try Listener()
        let xml = forwardXML(Int(listener.port))
        try withHost(TestHost.Domain("vm1", xml, isRunning: true)) { host in
            let greet: @Sendable () -> Void = { listener.greet("SSH-2.0-test\r\n") }
            try runConcurrently(greet) {
                let answer = try host.waitForPort(
                    22, ofDomain: "vm1", timeout: 20,
                    for: Client(sshConnection: nil, sudoUser: nil), UnconfinedGate())
                #expect(answer.address == "127.0.0.1" && answer.port == listener.port)
                #expect(answer.seconds < 20)
            }
        }
    }

    @Test func silentPortTimesOut() throws {
        let port = Int(try Listener().port)
        try withHost(TestHost.Domain("vm1", forwardXML(port), isRunning: true)) { host in
            expectError(
                .timeout,
                "port 22 of domain 'vm1' did not answer within 0.2 s: 127.0.0.1:\(port) "
                    + "connection refused"
            ) {
                _ = try host.waitForPort(
                    22, ofDomain: "vm1", timeout: 0.2,
                    for: Client(sshConnection: nil, sudoUser: nil), UnconfinedGate())
            }
        }
    }

    @Test func stopOfDomainEndsWait() throws {
        let port = Int(try Listener().port)
        try withHost(TestHost.Domain("vm1", forwardXML(port), isRunning: true)) { host in
            let domain = try host.domain(named: "vm1")
            let stop: @Sendable () -> Void = {
                pause(milliseconds: 100)
                do throws(LibvirtError) { try domain.destroy() } catch { Issue.record(error) }
            }
            runConcurrently(stop) {
                expectError(.libvirt, "domain 'vm1' stopped before its port 22 answered") {
                    _ = try host.waitForPort(
                        22, ofDomain: "vm1", timeout: 60,
                        for: Client(sshConnection: nil, sudoUser: nil), UnconfinedGate())
                }
            }
        }
    }
}
