/// How many messages of one service journald keeps before it drops the rest, journald.conf(5).
struct JournalLimit: Hashable, Sendable {
    private(set) var burst = 10_000
    private(set) var seconds = 30.0

    /// Parses the main file and its drop-ins; a later setting replaces an earlier one.
    init(_ texts: [String]) {
        for line in texts.joined(separator: "\n").split(whereSeparator: \.isNewline) {
            let parts = line.split(separator: "=", maxSplits: 1).map { part in
                part.filter { $0 != " " && $0 != "\t" }
            }
            guard parts.count == 2 else { continue }
            switch parts[0] {
            case "RateLimitBurst": burst = Int(parts[1]) ?? burst
            case "RateLimitIntervalSec": seconds = Self.seconds(parts[1]) ?? seconds
            default: continue
            }
        }
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
            if let value = Double(text.dropLast(unit.name.count)) { return value * unit.seconds }
        }
        return nil
    }
}
