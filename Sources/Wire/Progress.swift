/// Reports the progress of a long command to a client that asked for it.
package struct Progress: ~Copyable {
    /// `nil` if the client did not ask.
    private let listener: Listener?
    private var last: (done: UInt64, at: ContinuousClock.Instant)?

    /// The minimum time between two reports.
    private static let interval = Duration.milliseconds(200)

    package typealias Listener = (_ done: UInt64, _ total: UInt64?) throws -> Void

    package init(_ listener: Listener?) { self.listener = listener }

    /// Whether the client asked for reports.
    package var isWanted: Bool { listener != nil }

    /// Reports the work done, in the command's own unit, mostly bytes; `total` is `nil` if it is
    /// not known. Call it often: most calls write nothing. The end of the work is always reported,
    /// and with `atOnce` each step.
    package mutating func report(done: UInt64, total: UInt64?, atOnce: Bool = false) throws {
        guard let listener else { return }
        let now = ContinuousClock.now
        if let last {
            // A report without progress would also repeat the end.
            guard done > last.done,
                atOnce || done >= total ?? UInt64.max || now - last.at >= Self.interval
            else { return }
        }
        last = (done, now)
        // A total may be too small, e.g. if a file grows: never report more than all of it.
        try listener(done, total.map { max(done, $0) })
    }
}
