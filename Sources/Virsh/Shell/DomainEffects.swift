import Confinement
import Libvirt
import Policy

// Gate 4 for domains. It is asked where a command looks a domain up, so no command can forget it.

/// What a virsh command does to the domains that it names.
package struct DomainEffects: OptionSet, Sendable {
    package let rawValue: Int
    package init(rawValue: Int) { self.rawValue = rawValue }

    /// It shows what is inside of the guest: its screen, or what its agent says.
    package static let looksInto = Self(rawValue: 1 << 0)
    package static let changes = Self(rawValue: 1 << 1)

    /// Those of a class. A command of the class `guest` that only looks declares that.
    init(_ virshClass: VirshClass) {
        self =
            switch virshClass {
            case .read, .host: []
            case .guest: [.looksInto, .changes]
            case .power, .snapshot, .storage, .tune, .devices, .define, .never: .changes
            }
    }
}

extension Call {
    /// What the call does to the domains that it names, by its command and its options.
    var effects: DomainEffects {
        let own = use == .read ? command.effects.subtracting(.changes) : command.effects
        return uses.reduce(own) { effects, option in
            option == use ? effects : effects.union(DomainEffects(option))
        }
    }
}

extension Shell {
    /// Fails unless the session may do to a domain what the running command does.
    func ask(about domain: Domain) throws {
        if effects.contains(.looksInto) { try gate.willLookInto(domain) }
        if effects.contains(.changes) { try gate.willChange(domain) }
    }
}
