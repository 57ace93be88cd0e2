import Glibc
import Synchronization
import System
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1)))
struct CancellationTests {
    /// Runs `body` on a thread of its own as a request, and `meanwhile` on this one. Returns the
    /// error that the request ended with.
    private func request(
        _ body: @escaping @Sendable () throws -> Void, meanwhile: (Cancellation) throws -> Void
    ) throws -> (any Error)? {
        let (cancellation, done, box) = (try Cancellation(), try Wakeup(), ErrorBox())
        try startDetachedThread {
            cancellation.run { do { try body() } catch { box.set(error) } }
            done.wake()
        }
        try meanwhile(cancellation)
        #expect(try waitForAny(of: [done], until: .now + .seconds(20)))
        return box.error
    }

    private final class ErrorBox: Sendable {
        private let value = Mutex<(any Error)?>(nil)
        var error: (any Error)? { value.withLock { $0 } }
        func set(_ error: any Error) { value.withLock { $0 = error } }
    }

    private static let waits: [@Sendable () throws -> Void] = [
        { _ = try waitForAny(of: [], until: nil) },
        { _ = try waitForAny(of: [Wakeup()], until: .now + .seconds(60)) },
        { try waitForAny(of: [], or: [Wakeup()], until: .now + .seconds(60)) },
        { try pauseOrCancel(milliseconds: 60000) },
        { while true { try Cancellation.check() } },
    ]

    @Test(arguments: waits.indices) func cancelEndsWaits(index: Int) throws {
        let start = ContinuousClock.now
        let error = try request(Self.waits[index]) { #expect($0.cancel()) }
        #expect(error as? SystemError == .cancelled)
        #expect(ContinuousClock.now - start < .seconds(10))
    }

    @Test func aReaderThatDoesNotReadIsWaitedForUntilTheCancel() throws {
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        let input = FileDescriptor(owning: ends[0])
        let output = PipeEnd(FileDescriptor(owning: ends[1]))
        let bytes = [UInt8](repeating: 1, count: 4096)
        while try output.descriptor.writeIfReady(bytes[...]) > 0 {}
        let error = try request {
            try output.descriptor.waitForRoom()
        } meanwhile: {
            #expect($0.cancel())
        }
        #expect(error as? SystemError == .cancelled)
        #expect(input.number >= 0)
    }

    private final class PipeEnd: Sendable {
        let descriptor: FileDescriptor
        init(_ descriptor: consuming FileDescriptor) { self.descriptor = descriptor }
    }

    @Test func rollbacksMayWait() throws {
        let error = try request {
            do { _ = try waitForAny(of: [], until: nil) } catch {
                try Cancellation.ignored { try pauseOrCancel(milliseconds: 10) }
                throw error
            }
        } meanwhile: {
            #expect($0.cancel())
        }
        #expect(error as? SystemError == .cancelled)
    }

    @Test func aSettledRequestCannotBeCancelled() throws {
        let settled = try Wakeup()
        let go = try Wakeup()
        let error = try request {
            try Cancellation.settle()
            try Cancellation.settle()
            settled.wake()
            _ = try waitForAny(of: [go], until: nil)
            try Cancellation.check()
        } meanwhile: { cancellation throws in
            #expect(try waitForAny(of: [settled], until: .now + .seconds(20)))
            #expect(!cancellation.cancel())
            #expect(!cancellation.isCancelled)
            go.wake()
        }
        #expect(error == nil)
    }

    @Test func aPartDoesNotSettleTheRequest() throws {
        let error = try request {
            do { _ = try waitForAny(of: [], until: nil) } catch {}
            #expect(throws: SystemError.cancelled) {
                try Cancellation.inPart { try Cancellation.settle() }
            }
            try Cancellation.settle()
        } meanwhile: {
            #expect($0.cancel())
        }
        #expect(error as? SystemError == .cancelled)
        let other = try request {
            try Cancellation.inPart { try Cancellation.settle() }
            #expect(Cancellation.current?.cancel() == true)
        } meanwhile: { _ in
        }
        #expect(other == nil)
    }

    /// Either the request settles, or it is cancelled.
    @Test func cancelAndSettleExclude() throws {
        for _ in 0..<300 {
            let isCancelled = Mutex(false)
            let error = try request {
                try Cancellation.settle()
            } meanwhile: { cancellation in
                isCancelled.withLock { $0 = cancellation.cancel() }
            }
            #expect(isCancelled.withLock { $0 } == (error != nil))
        }
    }

    @Test func otherThreadsAreNotCancelled() throws {
        #expect(Cancellation.current == nil)
        try Cancellation.check()
        try Cancellation.settle()
        #expect(try !waitForAny(of: [], until: .now))
        let cancellation = try Cancellation()
        #expect(cancellation.cancel())
        #expect(!cancellation.cancel())
        #expect(!cancellation.hasEnded)
        cancellation.end()
        #expect(cancellation.hasEnded)
        try Cancellation.check()
    }
}
