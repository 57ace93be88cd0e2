import Testing

@testable import Virsh

extension ProcessStateTests {
    /// What commands do to the domains that they name, as the gate learns it.
    @Suite struct DomainEffectsTests {
        @Test(
            arguments: [
                ("domstate test", []), ("dumpxml test", []), ("domstats test", []),
                ("memtune test", []), ("snapshot-current test", []), ("nodeinfo", []),
                ("guestinfo test", .looksInto), ("domhostname test", .looksInto),
                ("domfsinfo test", .looksInto), ("domtime test", .looksInto),
                ("guestvcpus test", .looksInto), ("get-user-sshkeys test root", .looksInto),
                ("screenshot test", .looksInto), ("console test", .looksInto),
                ("domtime test --now", [.looksInto, .changes]),
                ("guestvcpus test 1 --enable", [.looksInto, .changes]),
                ("send-key test KEY_A", [.looksInto, .changes]),
                ("set-user-password test a b", [.looksInto, .changes]),
                ("set-user-sshkeys test root --file f", [.looksInto, .changes]),
                ("qemu-agent-command test x", [.looksInto, .changes]),
                ("inject-nmi test", [.looksInto, .changes]),
                ("domfsfreeze test", [.looksInto, .changes]),
                ("start test", .changes), ("destroy test", .changes),
                ("memtune test --hard-limit 1", .changes), ("dommemstat test --period 1", .changes),
                ("snapshot-create-as test s", .changes), ("undefine test", .changes),
                ("attach-disk test a vdb", .changes), ("desc test new", .changes),
                ("managedsave-remove test", .changes),
            ] as [(String, DomainEffects)])
        func effects(_ words: String, _ expected: DomainEffects) throws {
            let parsed = ParsedCommands([words], .newest)
            #expect(parsed.error == nil)
            #expect(try #require(parsed.calls.first).effects == expected)
        }
    }
}
