import CLibvirt
import Glibc

/// Makes a C call that lists objects, and adopts each of them. libvirt allocates the array, which
/// is freed here; each member is a reference that `adopt` takes over.
func adoptList<Handle>(
    _ call: (UnsafeMutablePointer<UnsafeMutablePointer<OpaquePointer?>?>) -> Int32,
    _ adopt: (OpaquePointer) -> Handle
) throws(LibvirtError) -> [Handle] {
    var array: UnsafeMutablePointer<OpaquePointer?>?
    let count = try check(call(&array))
    defer { free(array) }
    // Nothing may throw from here on: references that are not adopted would leak.
    return (0..<Int(count)).compactMap { array?[$0] }.map(adopt)
}
