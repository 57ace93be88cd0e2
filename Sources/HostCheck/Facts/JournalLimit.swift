/// How many messages of one service journald keeps before it drops the rest, journald.conf(5).
struct JournalLimit: Hashable, Sendable {
    private(set) var burst = 10_000
    private(set) var seconds = 30.0

    init(_ settings: SystemdSettings) {
        burst = settings["RateLimitBurst"].flatMap { Int($0) } ?? burst
        seconds = settings["RateLimitIntervalSec"].flatMap(Self.seconds) ?? seconds
    }

    /// Whether fewer messages are kept than by default. 0 turns the limit off.
    var isLow: Bool {
        burst > 0 && seconds > 0 && Double(burst) / seconds < 10_000.0 / 30
    }

    /// E.g. `30s`, `2min` or `500ms`; a number without a unit is in seconds.
    private static func seconds(_ text: String) -> Double? {
        let units: [(name: String, seconds: Double)] = [
            ("ms", 0.001), ("us", 0.000_001), ("min", 60), ("m", 60), ("h", 3600), ("sec", 1),
            ("s", 1), ("", 1),
        ]
        for unit in units where text.hasSuffix(unit.name) {
            let number = text.dropLast(unit.name.count).filter { $0 != " " }
            if let value = Double(number) { return value * unit.seconds }
        }
        return nil
    }
}
