import CLibvirt

/// Makes a call that hands file descriptors to a guest with none of ours: virsh would have been
/// started without any to pass, so that libvirt finds them closed, and here the same numbers may
/// be somebody else's.
@discardableResult
func refusing<Value>(
    _ files: [Int32],
    _ call: (UnsafeMutablePointer<Int32>, UInt32) throws(LibvirtError) -> Value
) throws(LibvirtError) -> Value {
    let closed = UnsafeMutablePointer<Int32>.allocate(capacity: max(files.count, 1))
    defer { closed.deallocate() }
    closed.initialize(repeating: -1, count: max(files.count, 1))
    do throws(LibvirtError) {
        return try call(closed, UInt32(files.count))
    } catch {
        // libvirt names the descriptor that it could not use: the first one. The thread may
        // have lost that error, so what was reported counts.
        let reported = LibvirtError.reported ?? error
        guard let first = files.first, reported.message.contains(" -1:") else { throw error }
        let told = LibvirtError(
            code: reported.code, domain: reported.domain,
            message: reported.message.replacing(" -1:", with: " \(first):", maxReplacements: 1))
        LibvirtError.forgetReported()
        told.report()
        throw told
    }
}
