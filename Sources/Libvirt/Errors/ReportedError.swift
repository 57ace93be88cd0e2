import CLibvirt
import Synchronization

extension LibvirtError {
    /// Keeps libvirt from printing its errors on stderr and notes the last one instead.
    /// To be called once, before any other call. C: `virSetErrorFunc`.
    package static func silenceLibrary() {
        virSetErrorFunc(nil) { _, error in
            guard let error, atex_is_unreported() == 0 else { return }
            let noted = LibvirtError(error.pointee)
            lastReported.withLock { $0 = noted }
        }
    }

    /// The error that libvirt reported last, even if the call then went on well: virsh ends the
    /// report of a failed command with it. `nil` after `forgetReported()`.
    package static var reported: LibvirtError? { lastReported.withLock { $0 } }

    /// Forgets what `reported` tells, where a failed call was only a try.
    /// virsh 9.0.0: `vshResetLibvirtError`.
    package static func forgetReported() {
        if atex_is_unreported() == 0 { lastReported.withLock { $0 = nil } }
    }

    /// Does what nobody asks `reported` about: what fails in it on this thread is not noted, nor is
    /// anything forgotten.
    package static func unreported<Value>(_ body: () -> Value) -> Value {
        let outside = atex_is_unreported()
        atex_set_unreported(1)
        defer { atex_set_unreported(outside) }
        return body()
    }

    /// Notes an error of our own as if libvirt had reported it: virsh calls parts of libvirt
    /// (number suffixes, XML parsing) that we do ourselves. What a call reported before stays:
    /// virsh asks such parts only where it knows of no error.
    package func report() { lastReported.withLock { $0 = $0 ?? self } }

    /// Does what must not change what `reported` tells.
    /// virsh 9.0.0: `vshSaveLibvirtHelperError`.
    static func keepingReported(_ body: () -> Void) {
        let reported = Self.reported
        body()
        lastReported.withLock { $0 = reported ?? $0 }
    }
}

/// What libvirt reported last; see `LibvirtError.reported`.
private let lastReported = Mutex<LibvirtError?>(nil)
