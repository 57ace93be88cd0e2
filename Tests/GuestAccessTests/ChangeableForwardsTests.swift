import Testing
import XML

@testable import GuestAccess

@Suite struct ChangeableForwardsTests {
    /// The new value of QEMU's argument if the forwards get the ports from 6001 on.
    private func changed(
        _ argument: String, address: (String?) throws -> String? = { $0 }
    ) throws -> String {
        let description = try Document(
            parsing: """
                <domain type='kvm' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>
                  <qemu:commandline>
                    <qemu:arg value='-netdev'/><qemu:arg value='\(argument)'/>
                  </qemu:commandline>
                </domain>
                """)
        let forwards = try ChangeableForwards(in: description, of: "base", ports: nil)
        try forwards.assign((0..<forwards.count).map { 6001 + UInt16($0) }, address: address)
        let values = try description.root.nodes(
            "qemu:commandline/qemu:arg/@value",
            prefixes: ["qemu": "http://libvirt.org/schemas/domain/qemu/1.0"])
        return values.map(\.text)[1]
    }

    @Test(arguments: [
        ("user,id=n0,hostfwd=tcp::5022-:22", "user,id=n0,hostfwd=tcp::6001-:22"),
        (
            "user,hostfwd=tcp:127.0.0.1:5022-10.0.2.15:22,hostfwd=tcp:127.0.0.2:5022-:22",
            "user,hostfwd=tcp:127.0.0.1:6001-10.0.2.15:22,hostfwd=tcp:127.0.0.2:6002-:22"
        ),
        (
            "user,hostfwd=tcp:[::1]:80-[fec0::2]:8080,hostfwd=udp::80-:80",
            "user,hostfwd=tcp:[::1]:6001-[fec0::2]:8080,hostfwd=udp::6002-:80"
        ),
    ])
    func qemuGetsOtherPorts(old: String, new: String) throws {
        #expect(try changed(old) == new)
    }

    /// A role's forwards listen where it may listen.
    @Test(arguments: [
        ("user,hostfwd=tcp::5022-:22", "127.0.0.1", "user,hostfwd=tcp:127.0.0.1:6001-:22"),
        ("user,hostfwd=tcp::5022-:22", "::1", "user,hostfwd=tcp:[::1]:6001-:22"),
        ("user,hostfwd=tcp:[::]:5022-:22", "::1", "user,hostfwd=tcp:[::1]:6001-:22"),
        ("user,hostfwd=tcp:0.0.0.0:5022-:22", nil, "user,hostfwd=tcp::6001-:22"),
    ])
    func qemuListensAtTheGivenAddress(old: String, address: String?, new: String) throws {
        #expect(try changed(old) { _ in address } == new)
    }

    @Test func refusedAddressIsAnError() throws {
        struct Refused: Error {}
        #expect(throws: Refused.self) {
            try changed("user,hostfwd=tcp::5022-:22") { _ in throw Refused() }
        }
    }
}
