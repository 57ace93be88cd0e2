package import System

/// What the client types for a guest, from its standard input.
package final class ConsoleInput {
    private let source: Source
    /// Read, and not accepted by the guest yet.
    private var pending: ArraySlice<UInt8> = []
    private var hasEnded = false
    private var isLeft = false

    /// Ctrl-], as in virsh.
    private static let escape: UInt8 = 0x1D

    private final class Source: Waitable {
        let descriptor: FileDescriptor
        var descriptorNumber: Int32 { descriptor.number }
        init(_ descriptor: consuming FileDescriptor) { self.descriptor = descriptor }
    }

    package init(_ descriptor: consuming FileDescriptor) { source = Source(descriptor) }

    /// Whether new input is of use now. What the guest does not read yet stays with the client.
    private var isWanted: Bool { pending.isEmpty && !hasEnded && !isLeft }

    /// After this event `advance` has more to pass on; `nil` if no input is of use.
    var waitable: (any Waitable)? { isWanted ? source : nil }

    /// Passes on what has arrived, without waiting. `send` returns how many bytes it could send.
    /// Returns false after the client has typed Ctrl-], and all before it was sent.
    func advance(_ send: (ArraySlice<UInt8>) throws -> Int) throws -> Bool {
        if isWanted, try source.descriptor.waitForInput(until: .now) {
            var bytes = [UInt8](repeating: 0, count: 4096)
            let count = try source.descriptor.readSome(into: &bytes)
            pending = bytes[..<count].prefix { $0 != Self.escape }
            isLeft = pending.count < count
            // The guest's output goes on.
            hasEnded = count == 0
        }
        if !pending.isEmpty { pending = pending.dropFirst(try send(pending)) }
        return !(isLeft && pending.isEmpty)
    }
}
