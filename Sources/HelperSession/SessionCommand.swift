import CleanUp
package import Protocol

/// One command of the line protocol: a value that contains everything about it.
package struct SessionCommand: CommandDefinition {
    package typealias Run = @Sendable (Session, Request) throws -> Reply.Results

    package let name: String
    package let aliases: [String]
    /// One line for people.
    package let summary: String
    package let isOriginal: Bool
    package let effect: CommandEffect
    /// Whether it may read or change domains, volumes or reservations. If not, it does not wait
    /// until the rests of ended sessions are removed.
    let usesHost: Bool
    package let sendsBytes: Bool
    let group: CommandGroup
    /// What a person types to use it.
    let example: String
    /// What is special about the command if a person calls it in words.
    let inWords: InWords
    private let declare: @Sendable (inout Parameters) -> Run

    /// `declare` declares the parameters and returns the function that executes a request.
    init(
        _ name: String, _ effect: CommandEffect, aliases: [String] = [], isOriginal: Bool = false,
        usesHost: Bool = true, sendsBytes: Bool = false, inWords: InWords = .ordinary,
        group: CommandGroup, summary: String, example: String,
        _ declare: @escaping @Sendable (inout Parameters) -> Run
    ) {
        self.name = name
        self.aliases = aliases
        self.summary = summary
        self.isOriginal = isOriginal
        self.effect = effect
        self.usesHost = usesHost
        self.sendsBytes = sendsBytes
        self.inWords = inWords
        self.group = group
        self.example = example
        self.declare = declare
    }

    /// See `inWords`.
    enum InWords: Sendable {
        case ordinary
        /// Its text is followed by what only words can do.
        case help
        /// Its problems are coloured.
        case hostCheck
        /// It prints a table with more columns than the reply has.
        case reservations
        /// The process holds what was reserved until the connection ends.
        case holdsReservation
        /// It reports wrong words itself, with status 1.
        case virsh
    }

    package func declared() -> (parameters: Parameters, run: Run) {
        var parameters = Parameters()
        let run = declare(&parameters)
        guard usesHost else { return (parameters, run) }
        return (
            parameters,
            { session, request in
                session.cleanUp?.wait()
                try session.reservations.record.showGuests()
                return try run(session, request)
            }
        )
    }

    /// All commands in the order of `help`.
    package static let all: [SessionCommand] = [
        .ping, .setname, .virsh, .reserve, .release, .reservations, .upload, .virtInstall,
        .createVolume, .copyVolume, .uploadVolume, .downloadVolume, .portForwards, .addresses,
        .waitPort, .provision, .console, .cancel, .help, .version, .whoami, .hostCheck,
    ]
}
