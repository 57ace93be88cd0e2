/// A step of a download or an upload.
package enum TransferEvent: Hashable, Sendable {
    /// The transfer begins. `what` describes it, e.g. `Retrieving 'vmlinuz'`; `total` is in bytes,
    /// `nil` if unknown.
    case began(_ what: String, total: Int64?)
    /// `done` bytes have been transferred; reported many times.
    case advanced(done: Int64, total: Int64?)
    /// The transfer is complete, with `done` bytes.
    case ended(done: Int64)
}

/// Receives the events of a transfer.
package typealias TransferProgress = (TransferEvent) -> Void
