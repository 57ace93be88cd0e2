import Protocol
import Text

/// Measures the steps, and names the step in an error.
struct Steps {
    private(set) var seconds: [(name: String, seconds: Double)] = []

    mutating func run<Value>(_ name: String, _ body: () throws -> Value) throws -> Value {
        let start = ContinuousClock.now
        defer { add(start.duration(to: .now), to: name) }
        do { return try body() } catch { throw RequestError(error).inStep(name) }
    }

    /// For a reply.
    var json: JSONValue { .object(seconds.map { ($0.name, .seconds($0.seconds)) }) }

    private mutating func add(_ duration: Duration, to name: String) {
        let passed = duration / .seconds(1)
        // A step may run in parts; the reply has their sum.
        if let index = seconds.firstIndex(where: { $0.name == name }) {
            seconds[index].seconds += passed
        } else {
            seconds.append((name, passed))
        }
    }
}
