import Libvirt
import XML

extension HostConnection {
    /// A domain that the client named.
    func domain(named name: String) throws -> Domain {
        do throws(LibvirtError) { return try open().domain(name: name) } catch {
            guard error.code == .noDomain else {
                throw Refusal("failed getting domain '\(name)'", error)
            }
            throw Refusal(
                .notFound, "there is no domain '\(name)'", object: name, libvirt: error)
        }
    }

    /// As above, one whose guest runs.
    func runningDomain(named name: String) throws -> Domain {
        let domain = try domain(named: name)
        guard try domain.isActive() else {
            throw Refusal(
                .libvirt, "domain '\(name)' does not run", object: name, hint: "start it first")
        }
        return domain
    }

    /// Whether the guests run on this machine.
    func isLocal() throws(LibvirtError) -> Bool { try open().isLocal() }

    /// What a domain is: where it runs, as it runs.
    func description(of domain: Domain) throws -> Document {
        try Document(parsing: domain.xml())
    }

    /// The forwards of all domains, in the order of their names.
    func forwardsOfAll() throws -> [Forward] {
        let named: [(name: String, domain: Domain)]
        do throws(LibvirtError) {
            var domains: [(name: String, domain: Domain)] = []
            for domain in try open().domains() { domains.append((try domain.name(), domain)) }
            named = domains.sorted { $0.name < $1.name }
        } catch { throw Refusal("cannot list the domains", error) }
        return try named.flatMap { name, domain in
            do {
                return try Forward.all(in: description(of: domain), named: name)
            } catch let error as LibvirtError where error.code == .noDomain {
                return []  // gone since it was listed
            }
        }
    }
}

extension Session {
    /// The ports of the host that lead to a domain; a failure where there is no such domain.
    package func forwards(ofDomain name: String) throws -> [Forward] {
        try Forward.all(in: host.description(of: host.domain(named: name)), named: name)
    }
}
