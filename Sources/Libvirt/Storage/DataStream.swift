import CLibvirt

/// Bytes on their way to or from a volume. Leaving scope without `finish()` aborts.
/// C: `virStreamPtr`.
package struct DataStream: ~Copyable {
    let pointer: virStreamPtr

    init(adopting pointer: virStreamPtr) { self.pointer = pointer }

    deinit {
        let pointer = self.pointer
        // We abort since something failed: that is what is to be told.
        LibvirtError.keepingReported { virStreamAbort(pointer) }
        virStreamFree(pointer)
    }

    /// Aborts a stream from elsewhere, while whoever has the stream may be waiting for it; one that
    /// is finished stays so. C: `virStreamRef`, `virStreamAbort`.
    package final class Abort: Sendable {
        // Safe to share: libvirt counts references and locks inside.
        nonisolated(unsafe) private let pointer: virStreamPtr

        package init(_ stream: borrowing DataStream) {
            pointer = stream.pointer
            virStreamRef(pointer)
        }
        deinit { virStreamFree(pointer) }

        package func callAsFunction() {
            LibvirtError.keepingReported { virStreamAbort(pointer) }
        }
    }

    /// As many bytes as fit into one message of any version. C: `VIR_NET_MESSAGE_LEGACY_PAYLOAD_MAX`.
    package static var chunkSize: Int { 262_120 }

    /// Sends a prefix of `bytes`, blocking; returns its length in bytes. C: `virStreamSend`.
    package func send(_ bytes: Span<UInt8>) throws(LibvirtError) -> Int {
        let sent = bytes.withUnsafeBytes { virStreamSend(pointer, $0.baseAddress, $0.count) }
        return Int(try check(sent))
    }

    /// Sends so many bytes that read as zeros, of a stream that is sparse. C: `virStreamSendHole`.
    package func sendHole(_ length: Int64) throws(LibvirtError) {
        try check(virStreamSendHole(pointer, length, 0))
    }

    package enum Received {
        /// So many bytes.
        case bytes(Int)
        /// A hole, so many bytes long.
        case hole(Int64)
        case end
    }

    /// Waits for what comes next; bytes are put at the start of `buffer`. Only a `sparse` stream
    /// tells its holes. C: `virStreamRecv`, `virStreamRecvFlags`, `virStreamRecvHole`.
    package func receive(
        into buffer: inout [UInt8], sparse: Bool
    ) throws(LibvirtError) -> Received {
        let count = buffer.withUnsafeMutableBytes {
            // Not every driver has the call with flags.
            guard sparse else { return virStreamRecv(pointer, $0.baseAddress, $0.count) }
            return virStreamRecvFlags(
                pointer, $0.baseAddress, $0.count, UInt32(VIR_STREAM_RECV_STOP_AT_HOLE.rawValue))
        }
        if count == -3 {  // a hole comes first; no error
            var length: Int64 = 0
            try check(virStreamRecvHole(pointer, &length, 0))
            return .hole(length)
        }
        let received = try check(count)
        return received == 0 ? .end : .bytes(Int(received))
    }

    /// Waits until the other side has everything. C: `virStreamFinish`.
    package consuming func finish() throws(LibvirtError) {
        let pointer = self.pointer
        discard self  // or the deinit would abort what we finish
        defer { virStreamFree(pointer) }
        try check(virStreamFinish(pointer))
    }
}

extension Connection {
    /// A stream that nothing flows through yet. C: `virStreamNew`.
    package func dataStream() throws(LibvirtError) -> DataStream {
        DataStream(adopting: try check(virStreamNew(pointer, 0)))
    }
}
