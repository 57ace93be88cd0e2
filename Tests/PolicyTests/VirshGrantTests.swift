import Policy
import Testing

struct VirshGrantTests {
    @Test func laterEntriesWin() {
        var grant = VirshGrant()
        grant.entries = [
            (false, .ofClass(.read)), (false, .ofClass(.power)), (true, .command("destroy")),
        ]
        #expect(grant.allows("domstate", as: .read))
        #expect(grant.allows("start", as: .power))
        #expect(!grant.allows("destroy", as: .power))
        #expect(!grant.allows("undefine", as: .define))
    }

    @Test func aCommandThatSetsNeedsItsOwnClass() {
        var grant = VirshGrant()
        grant.entries = [(false, .ofClass(.read))]
        #expect(grant.allows("memtune", as: .read))
        #expect(!grant.allows("memtune", as: .tune))
    }

    @Test func neverIsNotGrantedByAnything() {
        var grant = VirshGrant()
        grant.entries = [(false, .all), (false, .command("edit"))]
        #expect(!grant.allows("edit", as: .never))
        #expect(grant.allows("define", as: .define))
    }

    @Test func withoutARoleAllIsAllowed() {
        let policy = Policy.unconfined
        #expect(policy.allows(command: "reserve"))
        #expect(policy.allows(virsh: "edit", as: .never))
        #expect(policy.access(toPool: "default") == .readWrite)
        #expect(policy.limits == nil)
    }

    /// For Swift's strings the two forms of an accent are equal, for libvirt they are two names.
    @Test func namesAreComparedByteForByte() {
        var role = Role(name: "r")
        role.pools = ["p\u{E9}": .readWrite]
        role.networks = ["p\u{E9}"]
        let policy = Policy(role: role, identity: "r")
        #expect(policy.access(toPool: "p\u{E9}") == .readWrite)
        #expect(policy.access(toPool: "pe\u{301}") == nil)
        #expect(policy.shows(network: "p\u{E9}"))
        #expect(!policy.shows(network: "pe\u{301}"))
    }

    @Test func aRoleWithoutKeysGrantsNothing() {
        let policy = Policy(role: Role(name: "r"), identity: "r")
        #expect(!policy.allows(command: "ping"))
        #expect(!policy.shows(domain: "vm1"))
        #expect(policy.access(toPool: "default") == nil)
        #expect(!policy.shows(network: "default"))
    }
}
