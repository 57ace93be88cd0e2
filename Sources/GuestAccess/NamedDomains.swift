package import Libvirt
import Protocol
package import XML

extension HostConnection {
    /// A domain that the client named.
    package func domain(named name: String) throws -> Domain {
        do throws(LibvirtError) { return try open().domain(name: name) } catch {
            guard error.code == .noDomain else {
                throw RequestError("failed getting domain '\(name)'", error)
            }
            throw RequestError(
                .notFound, "there is no domain '\(name)'", object: name, libvirt: error)
        }
    }

    /// As above, but the domain must be running.
    package func runningDomain(named name: String) throws -> Domain {
        let domain = try domain(named: name)
        try checkRunning(domain, name)
        return domain
    }

    /// Fails unless a domain that the client named is running.
    package func checkRunning(_ domain: Domain, _ name: String) throws {
        guard try domain.isActive() else {
            throw RequestError(
                .libvirt, "domain '\(name)' is not running", object: name, hint: "start it first")
        }
    }

    /// Whether the guests run on this machine.
    package func isLocal() throws(LibvirtError) -> Bool { try open().isLocal() }

    /// A domain's XML: of the running guest if it runs, else as it is defined.
    package func description(of domain: Domain) throws -> Document {
        try Document(parsing: domain.xml())
    }

    /// The forwards of one domain; throws if it does not exist.
    package func forwards(ofDomain name: String) throws -> [Forward] {
        try Forward.all(in: description(of: domain(named: name)), of: name)
    }

    /// The forwards of all domains, in the order of the domains' names.
    package func forwardsOfAllDomains() throws -> [Forward] {
        let named: [(name: String, domain: Domain)]
        do throws(LibvirtError) {
            var domains: [(name: String, domain: Domain)] = []
            for domain in try open().domains() { domains.append((try domain.name(), domain)) }
            named = domains.sorted { $0.name < $1.name }
        } catch { throw RequestError("cannot list the domains", error) }
        return try named.flatMap { name, domain in
            do {
                return try Forward.all(in: description(of: domain), of: name)
            } catch let error as LibvirtError where error.code == .noDomain {
                return []  // undefined since it was listed
            }
        }
    }
}
