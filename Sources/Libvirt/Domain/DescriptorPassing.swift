import CLibvirt

/// Makes a C call that passes descriptors to a guest, but with -1 in place of each. The numbers
/// that a client names are not its descriptors: in this process they may be the helper's own files.
/// virsh, started without such descriptors, reports that they are closed. So does this, with the
/// first number in libvirt's message.
@discardableResult
func withClosedDescriptors<Value>(
    for files: [Int32],
    _ call: (UnsafeMutablePointer<Int32>, UInt32) throws(LibvirtError) -> Value
) throws(LibvirtError) -> Value {
    // At least one element, so that the pointer is valid without any descriptors.
    let closed = UnsafeMutablePointer<Int32>.allocate(capacity: max(files.count, 1))
    defer { closed.deallocate() }
    closed.initialize(repeating: -1, count: max(files.count, 1))
    do throws(LibvirtError) {
        return try call(closed, UInt32(files.count))
    } catch {
        // libvirt fails at the first descriptor and names it in the message. Cleaning up inside of
        // libvirt may already have cleared the thread's error, so prefer the one that it reported.
        let reported = LibvirtError.reported ?? error
        guard let first = files.first, reported.message.contains(" -1:") else { throw error }
        let renamed = LibvirtError(
            code: reported.code, domain: reported.domain,
            message: reported.message.replacing(" -1:", with: " \(first):", maxReplacements: 1))
        // report() keeps an error that is already stored.
        LibvirtError.forgetReported()
        renamed.report()
        throw renamed
    }
}
