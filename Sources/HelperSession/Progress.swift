/// Tells a client how far a long command has come, if it asked for that.
struct Progress: ~Copyable {
    /// Who listens; `nil` where the client did not ask.
    private let listener: Listener?
    private var last: (done: UInt64, at: ContinuousClock.Instant)?

    /// How long two events are apart.
    private static let interval = Duration.milliseconds(200)

    typealias Listener = (_ done: UInt64, _ total: UInt64) throws -> Void

    init(_ listener: Listener?) { self.listener = listener }

    /// Whether anybody listens.
    var isWanted: Bool { listener != nil }

    /// So much of the work is done, in bytes or whatever the command counts. To be called often:
    /// most calls write nothing. The last of the work is always told.
    mutating func report(done: UInt64, total: UInt64) throws {
        guard let listener else { return }
        let now = ContinuousClock.now
        if let last {
            guard done > last.done, done >= total || now - last.at >= Self.interval else { return }
        }
        last = (done, now)
        try listener(done, max(done, total))
    }
}

extension Session {
    /// What a command reports to; `isWanted` is what the client said.
    func progress(of request: Request, _ isWanted: Bool) -> Progress {
        if let watcher { return Progress(watcher) }
        guard isWanted else { return Progress(nil) }
        let (wire, name) = (wire, request.name)
        return Progress { done, total in
            try wire.write(
                .object([
                    ("event", .string("progress")), ("cmd", .string(name)),
                    ("done", .integer(Int64(clamping: done))),
                    ("total", .integer(Int64(clamping: total))),
                ]))
        }
    }
}
