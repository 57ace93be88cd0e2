import Libvirt
import Policy
import System
import TestSupport
import Testing
import Text

@testable import HelperSession

@Suite struct DomainChangeEventsTests {
    /// A guest on demand needs the memory of domains that its role does not see.
    @Test(arguments: [false, true])
    func hiddenDomainsCountIfWanted(includesHidden: Bool) throws {
        try inTemporaryDirectory { directory in
            var role = Role(name: "r")
            role.domains = try NamePattern("vm.*")
            let fixture = try SessionFixture(
                in: directory, domains: [TestHost.Domain("hidden"), TestHost.Domain("vm1")],
                policy: Policy(role: role, identity: "r"))
            let host = fixture.session.host
            let hidden = try host.open().unfiltered.domain(name: "hidden")
            if try !hidden.isActive() { try hidden.start() }
            let events = try DomainChangeEvents(host, [.stopped], includesHidden: includesHidden)
            #expect(try events.mayHaveChanged())
            try hidden.destroy()
            let limit: Duration = includesHidden ? .seconds(10) : .milliseconds(100)
            #expect(try waitForAny(of: [events.wakeup], until: .now + limit) == includesHidden)
        }
    }
}
