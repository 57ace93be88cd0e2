package import Libvirt
package import Policy
import Synchronization

/// One virsh command: a value with its name, class, help, options and body.
package struct Command: Sendable {
    package typealias Body = @Sendable (Shell, ParsedOptions) throws -> Void

    package let name: String
    /// The first version of virsh that has it; `nil` if 9.0.0 has it.
    package let firstVersion: LibvirtVersion?
    /// What a role needs to call it; options may need more (`Option.Access`).
    package let virshClass: VirshClass
    /// The objects that it names.
    package let objects: ObjectKinds
    /// Whether a call that only has options of the kind `Option.Access.selects` is of the class
    /// `read`: without a new limit, `memtune` prints the present ones.
    package let mayOnlyRead: Bool
    /// What it does to the domains that it names, where its class does not say it.
    private let declaredEffects: DomainEffects?
    /// One line for the list of commands, in our words.
    package let help: String
    /// More than that line; empty for most commands.
    package let description: String
    /// Whether it needs a connection (virsh: not VSH_CMD_FLAG_NOCONNECT).
    package let needsConnection: Bool
    /// Whether `help` omits it (virsh: VSH_CMD_FLAG_HIDDEN).
    package let isHidden: Bool
    /// Whether the commands after it do not run, as after `exit`.
    let endsRun: Bool
    /// Whether the parser ignores unexpected words and options, as for `help`.
    let ignoresExtraWords: Bool

    private let declare: @Sendable (inout Options) -> Body

    /// `declare` declares the options and returns the body that reads them. It runs only when the
    /// command is called or explained.
    package init(
        _ name: String, _ virshClass: VirshClass, on objects: ObjectKinds = [],
        since firstVersion: LibvirtVersion? = nil, mayOnlyRead: Bool = false,
        effects: DomainEffects? = nil, help: String,
        description: String = "", needsConnection: Bool = true,
        isHidden: Bool = false, endsRun: Bool = false, ignoresExtraWords: Bool = false,
        _ declare: @escaping @Sendable (inout Options) -> Body
    ) {
        self.name = name
        self.firstVersion = firstVersion
        self.virshClass = virshClass
        self.objects = objects
        self.mayOnlyRead = mayOnlyRead
        declaredEffects = effects
        self.help = help
        self.description = description
        self.needsConnection = needsConnection
        self.isHidden = isHidden
        self.endsRun = endsRun
        self.ignoresExtraWords = ignoresExtraWords
        self.declare = declare
    }

    /// What it does to the domains that it names.
    var effects: DomainEffects { declaredEffects ?? DomainEffects(virshClass) }

    /// Its options in the order of virsh of a version, and its body.
    package func declared(for version: LibvirtVersion) -> (options: [Option], body: Body) {
        var options = Options(for: version)
        let body = declare(&options)
        return (options.all, body)
    }

    /// Whether virsh of a version has it.
    package func exists(in version: LibvirtVersion) -> Bool {
        firstVersion.map { $0 <= version } ?? true
    }
}

/// Commands that `virsh help` prints under one heading.
package struct Group: Sendable {
    /// The heading, e.g. `Storage Volume`.
    package let name: String
    /// The argument of `help` for the group, e.g. `volume`.
    package let keyword: String
    package let commands: [Command]
    /// Old names of its commands as keys, the current names as values. `help` does not list them.
    package let aliases: [String: String]

    init(_ name: String, _ keyword: String, _ commands: [Command], aliases: [String: String] = [:])
    {
        self.name = name
        self.keyword = keyword
        self.commands = commands
        self.aliases = aliases
    }

    /// Those that virsh of a version has and `help` lists.
    func shownCommands(in version: LibvirtVersion) -> [Command] {
        commands.filter { !$0.isHidden && $0.exists(in: version) }
    }
}

extension Command {
    /// The command with this name or alias that virsh of a version has; `nil` means any version.
    package static func named(_ name: String, in version: LibvirtVersion?) -> Command? {
        guard let command = named(name), version.map(command.exists) ?? true else { return nil }
        return command
    }

    /// Those that were found already: a search takes longer than the rest of the parsing.
    private static let known = Mutex<[String: Command]>([:])

    private static func named(_ name: String) -> Command? {
        if let command = known.withLock({ $0[name] }) { return command }
        for group in Group.all {
            let own = group.aliases[name] ?? name
            guard let command = group.commands.first(where: { $0.name == own }) else { continue }
            known.withLock { $0[name] = command }
            return command
        }
        return nil
    }
}
