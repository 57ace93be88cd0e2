import Host
import Libvirt
import Virsh

extension SessionCommand {
    ///     C: {"cmd": "reserve", "filter": "rhel9-.*"}
    ///     S: {"success": true, "cmd": "reserve", "filter": "rhel9-.*", "domain": "rhel9-2"}
    static let reserve = SessionCommand(
        "reserve", isOriginal: true,
        summary: "reserve one free domain, chosen at random, until release or the end"
    ) { parameters in
        let filter = parameters.optionalString(
            "filter", "regular expression of Python's that the whole name must match")

        return { session, request in
            let pattern = try request[filter].map(compile)
            var names = try session.persistentDomains()
            if let pattern {
                names = try names.filter { try matches(pattern, $0) }
                guard !names.isEmpty else {
                    throw Refusal(.notFound, "no domain matches the filter")
                }
            }
            for name in names.shuffled() where try session.reservations.take(name) {
                return ["domain": .string(name)]
            }
            throw Refusal(.busy, "no domain could be reserved")
        }
    }
}

extension Session {
    /// The names of all domains that outlive being stopped, in the order of `virsh list`.
    func persistentDomains() throws -> [String] {
        var domains: [(id: UInt32, key: FoldedName, name: String)] = []
        do throws(LibvirtError) {
            for domain in try host.open().domains(.persistent) {
                let name = try domain.name()
                domains.append((domain.id ?? UInt32.max, FoldedName(name), name))
            }
        } catch { throw Refusal("cannot list the domains", error) }
        guard !domains.isEmpty else { throw Refusal(.notFound, "no persistent domains found") }
        domains.sort { ($0.id, $0.key) < ($1.id, $1.key) }
        return domains.map(\.name)
    }
}

private func compile(_ filter: String) throws -> Pattern {
    do throws(PatternError) { return try Pattern(filter) } catch {
        throw Refusal(
            .badRequest,
            "filter '\(filter)' is no regular expression: \(error.message) at position "
                + "\(error.position)")
    }
}

private func matches(_ pattern: Pattern, _ name: String) throws -> Bool {
    do throws(PatternError) { return try pattern.matchesWhole(name) } catch {
        throw Refusal(.badRequest, "filter cannot be used: \(error.message)")
    }
}
