import Glibc
import System
import Testing

@testable import GuestAccess

/// What a client types for a guest.
@Suite struct ConsoleInputTests {
    private func withInput(
        _ body: (ConsoleInput, _ type: ([UInt8]) throws -> Void, _ end: () -> Void) throws -> Void
    ) throws {
        var ends: [Int32] = [0, 0]
        #expect(pipe(&ends) == 0)
        let writer = ends[1]
        let input = ConsoleInput(FileDescriptor(owning: ends[0]))
        var isOpen = true
        defer { if isOpen { close(writer) } }
        try body(
            input, { bytes in #expect(write(writer, bytes, bytes.count) == bytes.count) },
            {
                close(writer)
                isOpen = false
            })
    }

    @Test func bytesAreSentUpToTheEscape() throws {
        try withInput { input, type, _ in
            var sent: [UInt8] = []
            func advance() throws -> Bool {
                try input.advance {
                    sent += $0
                    return $0.count
                }
            }
            // Nothing was typed: it does not wait.
            #expect(try advance())
            try type(Array("ls\r".utf8) + [3, 0, 0xFF])
            #expect(try advance())
            #expect(sent == Array("ls\r".utf8) + [3, 0, 0xFF])
            try type(Array("x".utf8) + [0x1D] + Array("y".utf8))
            #expect(try !advance())
            #expect(sent == Array("ls\r".utf8) + [3, 0, 0xFF] + Array("x".utf8))
        }
    }

    @Test func guestThatDoesNotReadHoldsTheInput() throws {
        try withInput { input, type, _ in
            var room = 2
            var sent: [UInt8] = []
            func advance() throws -> Bool {
                try input.advance {
                    let part = $0.prefix(room)
                    sent += part
                    return part.count
                }
            }
            try type(Array("abc".utf8) + [0x1D])
            #expect(try advance())
            #expect(input.waitable == nil)
            room = 0
            #expect(try advance())
            room = 5
            // The rest comes before the end.
            #expect(try !advance())
            #expect(sent == Array("abc".utf8))
        }
    }

    @Test func outputGoesOnAfterTheEndOfTheInput() throws {
        try withInput { input, type, end in
            try type(Array("a".utf8))
            end()
            #expect(try input.advance { $0.count })
            #expect(input.waitable != nil)
            #expect(try input.advance { _ in 0 })
            #expect(input.waitable == nil)
            #expect(try input.advance { _ in 0 })
        }
    }
}
