import Testing
import XML

@testable import GuestAccess

@Suite struct ForwardTests {
    /// The forwards of a domain with these devices and QEMU arguments, as `tcp *:2201 -> 22 m`.
    private func forwards(_ devices: String, _ arguments: [String] = []) throws -> [String] {
        let arguments = arguments.map { "<qemu:arg value='\($0)'/>" }.joined()
        let document = try Document(
            parsing: "<domain xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>"
                + "<devices>\(devices)</devices><qemu:commandline>\(arguments)</qemu:commandline>"
                + "</domain>")
        return try Forward.all(in: document, of: "vm").map { forward in
            let ports = forward.hostPorts
            let count = ports.count > 1 ? "-\(ports.upperBound)" : ""
            return "\(forward.proto) \(forward.address ?? "*"):\(ports.lowerBound)\(count)"
                + " -> \(forward.guestPort) \(forward.interface ?? "?")"
        }
    }

    private func passt(_ forwards: String, type: String = "user") -> String {
        "<interface type='\(type)'><mac address='m'/><backend type='passt'/>\(forwards)</interface>"
    }

    @Test func passtRangesAreForwards() throws {
        #expect(
            try forwards(
                passt("<portForward proto='tcp'><range start='2201' to='22'/></portForward>"))
                == ["tcp *:2201 -> 22 m"])
        #expect(
            try forwards(
                passt(
                    """
                    <portForward proto='udp' address='2001:db8::1' dev='eth0'>
                      <range start='5000' end='5020' to='6000'/>
                      <range start='5010' end='5019' exclude='yes'/>
                      <range start='53'/>
                    </portForward>
                    """, type: "vhostuser"))
                == [
                    "udp 2001:db8::1:5000-5009 -> 6000 m", "udp 2001:db8::1:5020 -> 6020 m",
                    "udp 2001:db8::1:53 -> 53 m",
                ])
    }

    @Test func otherBackendsHaveNoForwards() throws {
        #expect(
            try forwards(
                "<interface type='user'><backend type='other'/><portForward proto='tcp'>"
                    + "<range start='1'/></portForward></interface>") == [])
    }

    @Test func longRangeIsListedAsOne() throws {
        let document = try Document(
            parsing: "<domain><devices>"
                + passt("<portForward proto='tcp'><range start='1000' end='3000'/></portForward>")
                + "</devices></domain>")
        let forwards = try Forward.all(in: document, of: "vm")
        #expect(forwards.flatMap(\.listed).map(\.hostPorts) == [1000...3000])
        #expect(forwards.compactMap { $0.leading(to: 3000) }.map(\.hostPorts) == [3000...3000])
        #expect(forwards.compactMap { $0.leading(to: 3001) }.isEmpty)
        #expect(forwards.compactMap { $0.leading(to: 999) }.isEmpty)
    }

    @Test(arguments: [
        ("1-10", [[]], "1-10"), ("1-10", [[1, 10]], ""), ("1-10", [[0, 20]], ""),
        ("1-10", [[1, 3]], "4-10"), ("1-10", [[8, 12]], "1-7"), ("1-10", [[5, 5]], "1-4 6-10"),
        ("1-10", [[2, 3], [3, 6], [9, 9]], "1-1 7-8 10-10"), ("5-5", [[5, 5]], ""),
        ("1-10", [[11, 20]], "1-10"),
    ])
    func holesAreSubtracted(range: String, holes: [[Int]], rest: String) {
        let bounds = range.split(separator: "-").compactMap { Int($0) }
        let pieces = subtract(
            holes.filter { !$0.isEmpty }.map { $0[0]...$0[1] }, from: bounds[0]...bounds[1])
        #expect(pieces.map { "\($0.lowerBound)-\($0.upperBound)" }.joined(separator: " ") == rest)
    }

    @Test(arguments: [
        (["-netdev", "user,id=n0,hostfwd=tcp::5022-:22"], ["tcp *:5022 -> 22 n0"]),
        (
            ["--netdev", "type=user,id=n0,hostfwd=:127.0.0.1:5022-10.0.2.15:22"],
            ["tcp 127.0.0.1:5022 -> 22 n0"]
        ),
        (
            [
                "-nic",
                "user,mac=52:54:00:00:00:01,hostfwd=udp::53-:53,hostfwd=tcp:[::1]:80-[fec0::2]:8080",
            ],
            ["udp *:53 -> 53 52:54:00:00:00:01", "tcp ::1:80 -> 8080 52:54:00:00:00:01"]
        ),
        (["-net", "user,hostfwd=tcp::1-:2"], ["tcp *:1 -> 2 ?"]),
        (
            ["-netdev", "user,smb=/a,,hostfwd=tcp::1-:2,id=a,,b,hostfwd=tcp::3-:4"],
            ["tcp *:3 -> 4 a,b"]
        ),
        (
            ["-netdev", #"{"type":"user","id":"n","hostfwd":[{"str":"tcp::1-:2"}]}"#],
            ["tcp *:1 -> 2 n"]
        ),
        (["-netdev", "tap,id=n0,hostfwd=tcp::1-:2"], []),
        (["-device", "user,hostfwd=tcp::1-:2"], []),
        (["-netdev"], []),
        (["-netdev", "user,hostfwd=unix:/run/x-:22,hostfwd=sctp::1-:2,hostfwd=tcp::0-:22"], []),
        (["-netdev", "user,hostfwd=tcp::99999-:22,hostfwd=tcp:1-2,hostfwd=,hostfwd"], []),
    ])
    func qemuRulesAreForwards(arguments: [String], expected: [String]) throws {
        #expect(try forwards("", arguments) == expected)
    }
}
