/// What one effect stores. It counts no longer when this object is released before the effect is
/// complete: then what was stored is removed.
package final class StoredPart {
    private let gate: any EffectGate
    private var count: UInt64 = 0

    package init(_ gate: any EffectGate) { self.gate = gate }

    /// Asks before some bytes are stored.
    package func add(_ bytes: UInt64) throws {
        try gate.willStore(bytes: bytes)
        count += bytes
    }

    /// The effect is complete, and the bytes stay.
    package func keep() { count = 0 }

    deinit { if count > 0 { gate.hasRemoved(bytes: count) } }
}
