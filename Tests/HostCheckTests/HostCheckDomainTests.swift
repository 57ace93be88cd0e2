import GuestAccess
import System
import Testing

@testable import HostCheck

/// The status and detail of each finding, e.g. `error: domain 'vm1' has no disk`.
func summaries(_ findings: [Finding]) -> [String] {
    findings.map { finding in
        #expect(
            (finding.status == .ok) == finding.hint.isEmpty || finding.detail.hasPrefix("cannot"))
        return "\(finding.status.rawValue): \(finding.detail)"
    }
}

/// A domain with a disk in a pool, and a forward of port 2201 to 22 by passt.
func facts(
    _ name: String = "vm1", type: String = "kvm", os: String = "",
    disk: String = "<disk type='volume'><source pool='default' volume='vm1'/></disk>",
    forward: String = "<portForward proto='tcp'><range start='2201' to='22'/></portForward>",
    interface: String = "user"
) throws -> DomainFacts {
    try DomainFacts(
        xml: """
            <domain type='\(type)' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>
              <name>\(name)</name><memory unit='GiB'>2</memory><os>\(os)</os>
              <devices>\(disk)<interface type='\(interface)'>\
            \(forward.contains("portForward") ? "<backend type='passt'/>" : "")\(forward)</interface>
              </devices>
            </domain>
            """)
}

@Suite struct HostCheckDomainTests {
    @Test func parsesDomain() throws {
        let domain = try facts(
            disk: """
                <disk type='file' device='cdrom'><source file='/x.iso'/></disk>
                <disk type='volume' device='disk'><source pool='p' volume='v'/></disk>
                """)
        #expect(domain.memoryKiB == 2 << 20)
        #expect(domain.disks == [DomainFacts.Disk(type: "volume", pool: "p", source: "v")])
        #expect(domain.interfaces == ["user/passt"])
        #expect(domain.forwards.map(\.hostPorts) == [2201...2201])
        #expect(domain.firmware == nil)
    }

    @Test(arguments: [
        ("1024", "KiB", 1024), ("2", "GiB", 2 << 20), ("1048576", "bytes", 1024), ("x", "KiB", 0),
        ("1", "MB", 977), ("18446744073709551615", "TiB", UInt64.max),
    ]) func memoryHasUnits(text: String, unit: String, size: UInt64) {
        #expect(inKiB(text, unit: unit) == size)
    }

    @Test func disks() throws {
        let correct = try facts()
        #expect(
            summaries(diskFindings([correct], pool: nil)) == [
                "ok: 1 domain with a disk of type 'volume'"
            ])
        #expect(diskFindings([correct], pool: "default").map(\.status) == [.ok])
        #expect(
            summaries(diskFindings([correct], pool: "other"))
                == ["error: the disk of domain 'vm1' is in pool 'default', not in 'other'"])
        let file = try facts("f", disk: "<disk type='file'><source file='/x'/></disk>")
        let none = try facts("n", disk: "")
        #expect(
            summaries(diskFindings([correct, file, none], pool: nil)) == [
                "error: the disk of domain 'f' is of type 'file', not 'volume': /x",
                "error: domain 'n' has no disk",
            ])
        #expect(
            summaries(diskFindings([], pool: nil)) == ["warning: there is no persistent domain"])
    }

    @Test(arguments: [
        ("<portForward proto='tcp'><range start='2201' to='22'/></portForward>", "user", "ok"),
        (
            "<portForward proto='tcp'><range start='2020' end='2030' to='20'/></portForward>",
            "user",
            "error: the first forward of domain 'vm1' leads to tcp port 20"
        ),
        (
            "<portForward proto='udp'><range start='2201' to='22'/></portForward>", "user",
            "error: domain 'vm1' has no forward to its port 22"
        ),
        (
            "<portForward proto='tcp'><range start='2201' to='80'/></portForward>", "user",
            "error: domain 'vm1' has no forward to its port 22"
        ),
        (
            "<portForward proto='tcp'><range start='80'/><range start='2201' to='22'/></portForward>",
            "user", "error: the first forward of domain 'vm1' leads to tcp port 80"
        ),
        ("", "user", "error: domain 'vm1' has no forward to its port 22"),
        ("", "network", "warning: domain 'vm1' has no forward to its port 22, only an address"),
    ]) func forwards(xml: String, interface: String, expected: String) throws {
        let seen = summaries(forwardFindings([try facts(forward: xml, interface: interface)]))
        #expect(seen.count == 1 && seen[0].hasPrefix(expected), "\(seen)")
    }

    @Test func addresses() throws {
        let at = { (address: String) throws in
            try facts(
                forward:
                    "<portForward proto='tcp' address='\(address)'><range start='2201' to='22'/>"
                    + "</portForward>")
        }
        let host: Set = ["127.0.0.1", "203.0.113.2", "2001:db8::1"]
        func statuses(_ address: String) throws -> [Finding.Status] {
            addressFindings([try at(address)], ofHost: host).map(\.status)
        }
        #expect(try statuses("203.0.113.2") == [.ok])
        #expect(try statuses("2001:db8::1") == [.ok])
        #expect(try statuses("0.0.0.0") == [.ok])
        #expect(try statuses("127.0.0.1") == [.warning])
        #expect(try statuses("::1") == [.warning])
        #expect(try statuses("203.0.113.3") == [.error])
    }

    @Test(arguments: [
        ("20010db8000000000000000000000001", "2001:db8::1"),
        ("00000000000000000000000000000000", "::"), ("00000000000000000000000000000001", "::1"),
        ("fe800000000000000001000000000000", "fe80::1:0:0:0"),
        ("20010db8000100020003000400050006", "2001:db8:1:2:3:4:5:6"),
        ("20010db8000000020003000400050006", "2001:db8:0:2:3:4:5:6"),
    ]) func formatsIPv6(digits: String, text: String) { #expect(ipv6Text(digits[...]) == text) }

    @Test func parsesAddressesOfProcNet() {
        #expect(ListeningSocket.addressText("0100007F") == "127.0.0.1")
        #expect(ListeningSocket.addressText("B80D0120000000000000000001000000") == "2001:db8::1")
    }

    @Test func sharedVolumes() throws {
        func domain(_ name: String, _ disk: String) throws -> DomainFacts {
            try DomainFacts(
                xml: "<domain><name>\(name)</name><devices>\(disk)</devices></domain>")
        }
        func volume(_ pool: String, _ more: String = "") -> String {
            "<disk type='volume'><source pool='\(pool)' volume='v'/>\(more)</disk>"
        }
        let one = try domain("one", volume("p"))
        let file = try domain("file", "<disk type='file'><source file='/p/v'/></disk>")
        func found(_ domains: DomainFacts..., about name: String? = nil) -> [String] {
            summaries(diskConflictFindings(domains, ["p": "/p"], about: name))
        }
        let text = "use the same volume, '/p/v': they overwrite each other's data"
        #expect(
            found(one, try domain("two", volume("p"))) == ["error: domains 'one', 'two' \(text)"])
        #expect(found(one, file) == ["error: domains 'one', 'file' \(text)"])
        let none = ["ok: no two domains use the same volume"]
        #expect(found(one, file, about: "other") == none)
        #expect(found(one, try domain("two", volume("q"))) == none)
        #expect(found(one, try domain("two", volume("p", "<readonly/>"))) == none)
        #expect(found(one, try domain("two", volume("p", "<shareable/>"))) == none)
        #expect(found(try domain("twice", volume("p") + volume("p"))) == none)
        #expect(
            diskConflictFindings([one, file], ["p": "/p"], about: nil)[0].hint.hasSuffix(
                "'virsh dumpxml --inactive file >/root/file.xml', edit the file, and "
                    + "'virsh define /root/file.xml'"))
    }

    @Test func conflicts() throws {
        let one = try facts("one")
        let other = try facts("other")
        let apart = try facts(
            "apart",
            forward: "<portForward proto='tcp'><range start='2202' to='22'/></portForward>")
        let range = try facts(
            "range",
            forward:
                "<portForward proto='tcp'><range start='2200' end='2300' to='22'/></portForward>")
        #expect(conflictFindings([one, apart], about: nil).map(\.status) == [.ok])
        #expect(
            summaries(conflictFindings([one, other], about: nil)) == [
                "error: domains 'one' and 'other' both forward tcp port 2201: only one of them can run"
            ])
        #expect(conflictFindings([one, apart, range], about: nil).count == 2)
        #expect(conflictFindings([one, apart, range], about: "apart").count == 1)
        let udp = try facts(
            "udp",
            forward: "<portForward proto='udp'><range start='2201' to='22'/></portForward>")
        #expect(conflictFindings([one, udp], about: nil).map(\.status) == [.ok])
    }

    @Test func listeners() throws {
        func statuses(_ isActive: Bool, _ process: String?, address: String = "0.0.0.0") throws
            -> [String]
        {
            var domain = try facts()
            domain.isActive = isActive
            return summaries(
                takenFindings(
                    [domain],
                    [Listener(proto: .tcp, port: 2201, address: address, process: process)]))
        }
        let ok = "ok: no other process listens on the domains' ports"
        #expect(try statuses(true, "passt.avx2") == [ok])
        #expect(try statuses(true, "qemu-system-x86") == [ok])
        #expect(try statuses(true, nil) == [ok])
        #expect(
            try statuses(true, "nc")
                == ["error: tcp port 2201 of domain 'vm1' is taken by process 'nc'"])
        #expect(
            try statuses(false, "passt")
                == ["error: tcp port 2201 of domain 'vm1' is taken by process 'passt'"])
        #expect(
            try statuses(false, nil, address: "127.0.0.1")
                == ["error: tcp port 2201 of domain 'vm1' is taken by another user's process"])
        var running = try facts()
        running.isActive = true
        #expect(
            summaries(takenFindings([running], []))
                == ["error: domain 'vm1' is running, but nothing listens on its tcp port 2201"])
    }

    @Test func memory() throws {
        let domain = try facts()
        #expect(memoryFindings([domain], hostKiB: 4 << 20).map(\.status) == [.ok])
        #expect(
            memoryFindings([domain, domain, domain], hostKiB: 4 << 20).map(\.status) == [.warning])
        #expect(
            summaries(memoryFindings([domain], hostKiB: 1 << 20))
                == ["error: domain 'vm1' has 2.0 GiB of memory, more than the host's 1.0 GiB"])
        var endless = domain
        endless.memoryKiB = UInt64.max / 2 + 1
        #expect(
            memoryFindings([endless, endless], hostKiB: UInt64.max - 1).map(\.status) == [.warning])
    }

    @Test(arguments: [
        ("<loader readonly='yes' type='pflash'>/code.fd</loader><nvram>/vm1.fd</nvram>", "ok"),
        (
            "<loader readonly='yes' type='pflash' secure='yes'>/code.fd</loader>",
            "error: domain 'vm1' has secure boot without SMM"
        ),
        ("<loader type='pflash'>/gone.fd</loader>", "error: the firmware '/gone.fd'"),
        (
            "<loader type='pflash'>/c.fd</loader><nvram template='/gone.fd'/>",
            "error: the NVRAM template '/gone.fd'"
        ),
    ]) func firmware(os: String, expected: String) throws {
        let domain = try facts(os: os)
        let seen = summaries(
            firmwareFindings([domain], all: [domain]) { $0 == "/gone.fd" })
        #expect(seen.count == 1 && seen[0].hasPrefix(expected), "\(seen)")
    }

    @Test func autoselectedFirmware() throws {
        func statuses(_ secureBoot: Bool?, _ keys: Bool?) throws -> [Finding.Status] {
            var domain = try facts()
            domain.firmware = DomainFacts.Firmware(
                isAutoselected: true, secureBoot: secureBoot, enrolledKeys: keys)
            return firmwareFindings([domain], all: [domain]) { _ in false }.map(\.status)
        }
        #expect(try statuses(false, false) == [.ok])
        #expect(try statuses(true, true) == [.ok])
        #expect(try statuses(nil, nil) == [.warning])
        #expect(try statuses(true, nil) == [.warning])
        #expect(try statuses(false, true) == [.error])
        let bios = try facts()
        #expect(
            summaries(firmwareFindings([bios], all: []) { _ in true }) == [
                "ok: no domain uses UEFI"
            ])
    }

    @Test func sharedNVRAM() throws {
        let os = "<loader type='pflash'>/c.fd</loader><nvram>/shared.fd</nvram>"
        let both = [try facts("a", os: os), try facts("b", os: os)]
        #expect(
            summaries(firmwareFindings(both, all: both) { _ in false }) == [
                "error: domain 'a' shares its NVRAM file '/shared.fd' with 'b'",
                "error: domain 'b' shares its NVRAM file '/shared.fd' with 'a'",
            ])
    }
}
