import CLibvirt
import Synchronization

// virsh ends the report of a failed command with the last error that libvirt reported in the whole
// process, on any thread and even if the call then succeeded. libvirt calls an error function for
// each error, and virsh keeps the last one; so do we, but apart for each background request.

extension LibvirtError {
    /// Keeps libvirt from printing errors on stderr and stores the last one instead. Call this
    /// once, before any other call. Does not load libvirt. C: `virSetErrorFunc`.
    package static func silenceLibrary() {
        // The function runs on the thread of the failing call, before that returns. The error is
        // valid only inside of it.
        virSetErrorFunc(nil) { _, error in
            guard let error, !atex_is_unreported() else { return }
            let reported = LibvirtError(error.pointee)
            LastReported.current.error.withLock { $0 = reported }
        }
    }

    /// The error that libvirt reported last, even if the call then succeeded. `nil` after
    /// `forgetReported()`.
    package static var reported: LibvirtError? { LastReported.current.error.withLock { $0 } }

    /// Clears `reported` after a call whose failure does not matter.
    /// virsh 9.0.0: `vshResetLibvirtError`.
    package static func forgetReported() {
        if !atex_is_unreported() { LastReported.current.error.withLock { $0 = nil } }
    }

    /// Runs `body` without any effect on `reported`: errors on this thread are not stored, and
    /// `forgetReported()` does nothing. For code whose caller does not read `reported`.
    package static func unreported<Value>(_ body: () -> Value) -> Value {
        let outside = atex_is_unreported()
        atex_set_unreported(true)
        defer { atex_set_unreported(outside) }
        return body()
    }

    /// Stores an error of our own as if libvirt had reported it: virsh calls parts of libvirt
    /// (number suffixes, XML parsing) that we implement ourselves. An error that is already stored
    /// stays, because virsh uses those parts only if it knows of no error.
    package func report() { LastReported.current.error.withLock { $0 = $0 ?? self } }

    /// As `report`, for an error of libvirt's that another thread got for the caller's.
    func reportAsLast() {
        if !atex_is_unreported() { LastReported.current.error.withLock { $0 = self } }
    }

    /// Runs `body` and restores `reported` afterwards if there was an error: for cleaning up after
    /// a failure, which is to be reported. virsh 9.0.0: `vshSaveLibvirtHelperError`.
    static func keepingReported(_ body: () -> Void) {
        let reported = Self.reported
        body()
        // If there was no error before, one of `body` may stay: virsh would report it, too.
        LastReported.current.error.withLock { $0 = reported ?? $0 }
    }
}

extension LibvirtError {
    /// Runs `body` with a `reported` of its own, which other requests neither read nor change.
    package static func reportingApart<Value>(_ body: () -> Value) -> Value {
        LastReported.$own.withValue(LastReported(), operation: body)
    }
}

/// See `LibvirtError.reported`.
private final class LastReported: Sendable {
    /// Never call libvirt with this lock held: the error function takes it, too.
    let error = Mutex<LibvirtError?>(nil)

    /// That of the thread's background request.
    @TaskLocal static var own: LastReported?

    /// That of all other threads, libvirt's included.
    private static let common = LastReported()

    static var current: LastReported { own ?? common }
}
