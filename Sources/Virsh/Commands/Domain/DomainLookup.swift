import Libvirt

/// The ways to name a domain that a command accepts. virsh 9.0.0: `VIRSH_BYID`, `VIRSH_BYUUID`,
/// `VIRSH_BYNAME`.
struct DomainNaming: OptionSet {
    let rawValue: Int
    static let id = Self(rawValue: 1)
    static let uuid = Self(rawValue: 2)
    static let name = Self(rawValue: 4)
    static let all: Self = [.id, .uuid, .name]
}

extension Options {
    /// Declares the required option `domain`. The body looks the domain up with `Shell.domain`.
    mutating func domain(_ help: String = "domain name, id or uuid") -> Key<String> {
        data("domain", help, .selects, names: .domain)
    }
}

extension Shell {
    /// Looks a domain up by id, then by UUID, then by name, and asks the gate whether the running
    /// command may do to it what it does. The debug messages are virsh's; they
    /// appear in the output with `-d 0`. virsh 9.0.0: `virshLookupDomainInternal`.
    func domain(_ word: String, by naming: DomainNaming = .all) throws -> Domain {
        let connection = try connection
        debug(.info, "\(commandName): found option <domain>: \(word)\n")
        var found: Domain?
        if naming.contains(.id), let id = signedNumber(word).flatMap({ Int32(exactly: $0) }),
            id >= 0
        {
            debug(.debug, "\(commandName): <domain> looks like ID\n")
            found = attempt { () throws(LibvirtError) in try connection.domain(id: id) }
        }
        // 36 is the length of a UUID. The format is checked by libvirt, not by virsh.
        if found == nil, naming.contains(.uuid), word.utf8.count == 36 {
            debug(.debug, "\(commandName): <domain> trying as domain UUID\n")
            found = attempt { () throws(LibvirtError) in try connection.domain(uuid: word) }
        }
        if found == nil, naming.contains(.name) {
            debug(.debug, "\(commandName): <domain> trying as domain NAME\n")
            found = attempt { () throws(LibvirtError) in try connection.domain(name: word) }
        }
        guard let found else { throw CommandFailure.notFound("failed to get domain '\(word)'") }
        try ask(about: found)
        return found
    }

    /// Looks a domain up again, and asks the gate again, for a command that has waited and acts
    /// now: another domain may have got its UUID, or another session may have taken it by force.
    /// `line` precedes libvirt's message.
    func domainAgain(_ domain: Domain, or line: String) throws -> Domain {
        let connection = try connection
        let again = try explaining(line) { () throws(LibvirtError) in
            try connection.domain(name: domain.name(), uuid: domain.uuid())
        }
        try ask(about: again)
        return again
    }
}
