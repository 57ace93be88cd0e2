import System
import TestSupport
import Testing

@testable import GuestAccess

/// Which processes may listen for a domain, with pid files as libvirt writes them.
@Suite struct ForwardOwnerTests {
    /// `passt` is the process of the passt of domain number 3.
    private func owner(
        in directory: String, qemu: Int32?, passt: Int32? = nil
    ) throws -> ForwardOwner? {
        try Directory.make("\(directory)/passt")
        if let qemu { try write("\(qemu)", to: "\(directory)/vm1.pid") }
        if let passt { try write("\(passt)\n", to: "\(directory)/passt/3-vm1-net0-passt.pid") }
        // Another domain's, which does not count.
        try write("\(ProcessInformation.id)", to: "\(directory)/passt/33-vm-net0-passt.pid")
        // Left by domains that had its number before libvirtd was restarted.
        for name in ["vm2-net0", "vm1-x-net0", "vm1-network-net0"] {
            try write("\(nobody)", to: "\(directory)/passt/3-\(name)-passt.pid")
        }
        return ForwardOwner(domain: "vm1", id: 3, runDirectory: directory)
    }

    private let nobody: Int32 = 2_000_000_000

    @Test func onlyTheDomainsProcessesAreItsOwn() throws {
        let listener = try Listener()
        try inTemporaryDirectory { directory in
            let mine = try #require(try owner(in: directory, qemu: ProcessInformation.id))
            #expect(try mine.listens(at: "127.0.0.1", listener.port))
            let other = try #require(try owner(in: directory, qemu: nobody))
            #expect(try !other.listens(at: "127.0.0.1", listener.port))
            #expect(try !other.listens(at: "127.0.0.1", 1))
        }
    }

    @Test func childrenAreTheDomains() throws {
        try inTemporaryDirectory { directory in
            try whileOtherProcessListens(named: "child", in: directory) { port in
                let mine = try #require(try owner(in: directory, qemu: ProcessInformation.id))
                #expect(try mine.listens(at: "127.0.0.1", port))
            }
        }
    }

    @Test func passtIsTheDomains() throws {
        try inTemporaryDirectory { directory in
            try whileOtherProcessListens(named: "passt.avx2", in: directory) { port in
                let pid = try #require(
                    Int32(try text(of: "\(directory)/port").split(separator: " ")[1]))
                let found = try #require(try owner(in: directory, qemu: nobody, passt: pid))
                #expect(try found.listens(at: "127.0.0.1", port))
            }
        }
    }

    @Test func fileNamesHaveTwentyCharactersOfTheDomains() throws {
        try inTemporaryDirectory { directory in
            try Directory.make("\(directory)/passt")
            try write("\(nobody)", to: "\(directory)/guest-with-a-long-name-1.pid")
            try write("\(nobody)", to: "\(directory)/passt/3-guest-with-a-long-na-ua-x-passt.pid")
            let found = ForwardOwner(
                domain: "guest-with-a-long-name-1", id: 3, runDirectory: directory)
            #expect(found == nil)
        }
    }

    @Test func unknownProcessesAreNotDecided() throws {
        try inTemporaryDirectory { directory in
            let withoutFile = try owner(in: directory, qemu: nil)
            #expect(withoutFile == nil)
            // Not a passt, or ended.
            for passt in [ProcessInformation.id, nobody] {
                let found = try owner(in: directory, qemu: nobody, passt: passt)
                #expect(found == nil)
            }
        }
    }
}
