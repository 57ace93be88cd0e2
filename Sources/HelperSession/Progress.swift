/// Tells a client how far a long command has come, if it asked for that.
struct Progress: ~Copyable {
    private let wire: Wire
    /// The command's name in the events; `nil` where the client did not ask.
    private let command: String?
    private var last: (done: UInt64, at: ContinuousClock.Instant)?

    /// How long two events are apart.
    private static let interval = Duration.milliseconds(200)

    init(_ wire: Wire, command: String?) {
        self.wire = wire
        self.command = command
    }

    /// Whether anybody listens.
    var isWanted: Bool { command != nil }

    /// So much of the work is done, in bytes or whatever the command counts. To be called often:
    /// most calls write nothing. The last of the work is always told.
    mutating func report(done: UInt64, total: UInt64) throws {
        guard let command else { return }
        let now = ContinuousClock.now
        if let last {
            guard done > last.done, done >= total || now - last.at >= Self.interval else { return }
        }
        last = (done, now)
        try wire.write(
            .object([
                ("event", .string("progress")), ("cmd", .string(command)),
                ("done", .integer(Int64(clamping: done))),
                ("total", .integer(Int64(clamping: max(done, total)))),
            ]))
    }
}

extension Session {
    /// What a command reports to; `isWanted` is what the client said.
    func progress(of request: Request, _ isWanted: Bool) -> Progress {
        Progress(wire, command: isWanted ? request.name : nil)
    }
}
