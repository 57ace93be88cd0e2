import CLibvirt

/// A stream of bytes to or from a volume. Leaving scope without `finish()` aborts it.
/// C: `virStreamPtr`.
package struct DataStream: ~Copyable {
    let pointer: virStreamPtr

    init(adopting pointer: virStreamPtr) { self.pointer = pointer }

    deinit {
        let pointer = self.pointer
        // Something failed before: report that, not what aborting reports.
        // libvirt does nothing for a stream that no call has used yet.
        LibvirtError.keepingReported { virStreamAbort(pointer) }
        virStreamFree(pointer)
    }

    /// Aborts a stream from another thread, which ends a wait in `send` or `receive`. It has no
    /// effect on a finished stream. It owns a reference, so it may outlive the stream.
    /// C: `virStreamRef`, `virStreamAbort`.
    package final class Abort: Sendable {
        // Safe to share: libvirt does its own reference counting and locking.
        nonisolated(unsafe) private let pointer: virStreamPtr

        package init(_ stream: borrowing DataStream) {
            pointer = stream.pointer
            // Its own reference: the other thread may abort when the stream was already freed
            // here.
            virStreamRef(pointer)
        }
        deinit { virStreamFree(pointer) }

        /// Aborts the stream.
        package func callAsFunction() {
            LibvirtError.keepingReported { virStreamAbort(pointer) }
        }
    }

    /// The number of bytes that fit into one message of libvirt's protocol, in any version.
    /// C: `VIR_NET_MESSAGE_LEGACY_PAYLOAD_MAX`.
    package static var chunkSize: Int { 262_120 }

    /// Sends a prefix of `bytes`, blocking; returns its length in bytes. C: `virStreamSend`.
    package func send(_ bytes: Span<UInt8>) throws(LibvirtError) -> Int {
        let sent = bytes.withUnsafeBytes { virStreamSend(pointer, $0.baseAddress, $0.count) }
        return Int(try check(sent))
    }

    /// Sends a hole of this length in bytes, which reads as zeros, through a sparse stream.
    /// C: `virStreamSendHole`.
    package func sendHole(_ length: Int64) throws(LibvirtError) {
        try check(virStreamSendHole(pointer, length, 0))
    }

    /// What `receive` got.
    package enum Received {
        /// This number of bytes, at the start of the buffer.
        case bytes(Int)
        /// A hole of this length in bytes.
        case hole(Int64)
        case end
    }

    /// Waits for data and puts it at the start of `buffer`. Holes are only reported if the stream
    /// is `sparse`; otherwise they are received as zeros. C: `virStreamRecv`, `virStreamRecvFlags`,
    /// `virStreamRecvHole`.
    package func receive(
        into buffer: inout [UInt8], sparse: Bool
    ) throws(LibvirtError) -> Received {
        let count = buffer.withUnsafeMutableBytes {
            // Not every driver implements the call with flags.
            guard sparse else { return virStreamRecv(pointer, $0.baseAddress, $0.count) }
            return virStreamRecvFlags(
                pointer, $0.baseAddress, $0.count, UInt32(VIR_STREAM_RECV_STOP_AT_HOLE.rawValue))
        }
        // The stream is blocking, so -2 (it would block) does not occur.
        if count == -3 {  // not an error: a hole is next
            var length: Int64 = 0
            try check(virStreamRecvHole(pointer, &length, 0))
            return .hole(length)
        }
        let received = try check(count)
        return received == 0 ? .end : .bytes(Int(received))
    }

    /// Waits until the other side has received everything. C: `virStreamFinish`.
    package consuming func finish() throws(LibvirtError) {
        let pointer = self.pointer
        discard self  // otherwise deinit would abort the stream that we finish
        // Freed even if finishing fails: without `deinit`, nothing else would do it.
        defer { virStreamFree(pointer) }
        try check(virStreamFinish(pointer))
    }
}

extension Connection {
    /// A new stream; pass it to `upload`, `download` or `screenshot`. C: `virStreamNew`.
    package func dataStream() throws(LibvirtError) -> DataStream {
        DataStream(adopting: try check(virStreamNew(pointer, 0)))
    }
}
