import Libvirt
import Policy
import TestSupport
import Testing

@testable import Virsh

/// What a role sees of the hosts of a granted network.
@Suite struct ShownHostsTests {
    private let network = """
        <network><name>lab</name><bridge name='virbr9'/><forward mode='nat'/>
        <dns>
          <txt name='secret-1' value='x'/>
          <srv service='ssh' protocol='tcp' domain='lab' target='secret-1.lab' port='22'/>
          <srv service='ssh' protocol='tcp' domain='lab' target='mine-1.lab' port='22'/>
          <host ip='192.0.2.2'><hostname>alias</hostname></host>
          <host ip='192.0.2.3'><hostname>secret-1</hostname></host>
          <host ip='192.0.2.9'><hostname>gate</hostname><hostname>mine-1</hostname></host>
        </dns>
        <ip address='192.0.2.1' netmask='255.255.255.0'><dhcp>
          <range start='192.0.2.100' end='192.0.2.200'/>
          <host mac='52:54:00:00:00:02' name='mine-1' ip='192.0.2.2'/>
          <host mac='52:54:00:00:00:03' name='secret-1' ip='192.0.2.3'/>
          <host mac='52:54:00:00:00:04' name='mine-1' ip='192.0.2.4'/>
        </dhcp></ip></network>
        """

    private func dump(_ policy: Policy, _ domains: [TestHost.Domain]) throws -> String {
        try inTemporaryDirectory { directory in
            let host = try TestHost(in: directory, domains: domains, networks: [network])
            let shell = Shell(uri: host.uri, policy: policy) {
                (uri, readOnly) throws(LibvirtError) in
                try Connection(uri, readOnly: readOnly, policy: policy)
            }
            _ = shell.run(["net-dumpxml", "lab"])
            return shell.output.text
        }
    }

    private func interface(_ digit: Int) -> String {
        "<devices><interface type='network'><mac address='52:54:00:00:00:0\(digit)'/>"
            + "<source network='lab'/></interface></devices>"
    }

    private func role() throws -> Policy {
        var role = Role(name: "r")
        role.virsh.entries = [(false, .all)]
        role.domains = try NamePattern("mine-.*")
        role.networks = ["lab"]
        return Policy(role: role, identity: "r")
    }

    @Test func onlyGrantedDomainsAreHosts() throws {
        let domains = [
            TestHost.Domain("mine-1", interface(2)),
            TestHost.Domain("secret-1", interface(3), isRunning: true),
        ]
        let shown = try dump(role(), domains)
        #expect(
            shown.contains(#"<host mac="52:54:00:00:00:02" name="mine-1" ip="192.0.2.2"/>"#))
        for hostname in ["alias", "mine-1"] {
            #expect(shown.contains("<hostname>\(hostname)</hostname>"), "\(hostname)")
        }
        #expect(shown.contains("target=\"mine-1.lab\""))
        #expect(shown.contains(#"<range start="192.0.2.100" end="192.0.2.200"/>"#))
        for hidden in [
            "secret-1", "gate", "52:54:00:00:00:03", "52:54:00:00:00:04", "192.0.2.3", "192.0.2.4",
        ] {
            #expect(!shown.contains(hidden), "\(hidden)")
        }
    }

    @Test func nothingShowsThatSomethingIsHidden() throws {
        let shown = try dump(role(), [TestHost.Domain("secret-1", interface(3))])
        #expect(!shown.contains("<dns>"))
        #expect(!shown.contains("<host"))
        #expect(shown.contains("<dhcp>"))
    }

    @Test func withoutARoleEverythingIsShown() throws {
        let shown = try dump(.unconfined, [])
        #expect(shown.contains("00:00:03") && shown.contains("gate") && shown.contains("<txt"))
    }
}
