import CLibvirt
import Glibc

/// The members of an array that a list call of libvirt's made, each adopted; frees the array.
func adoptList<Handle>(
    _ call: (UnsafeMutablePointer<UnsafeMutablePointer<OpaquePointer?>?>) -> Int32,
    _ adopt: (OpaquePointer) -> Handle
) throws(LibvirtError) -> [Handle] {
    var array: UnsafeMutablePointer<OpaquePointer?>?
    let count = try check(call(&array))
    defer { free(array) }
    return (0..<Int(count)).compactMap { array?[$0] }.map(adopt)
}
