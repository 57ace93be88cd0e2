import CLibvirt

/// Makes one C call that returns a negative number on failure; a twin handles calls that return
/// NULL. An autoclosure, so that the thread's last error is copied directly after the call.
@discardableResult
func check<Value: SignedInteger>(_ call: @autoclosure () -> Value) throws(LibvirtError) -> Value {
    let value = call()
    guard value >= 0 else { throw .takeLast() }
    return value
}

/// A pointer type that can be NULL. The second `check` is not generic over all types: in
/// `check(call()) == 0` a number would then become an optional number, which is never `nil`, and
/// no failure would be noticed.
protocol CPointer {}
extension OpaquePointer: CPointer {}
extension UnsafePointer: CPointer {}
extension UnsafeMutablePointer: CPointer {}

/// Makes one C call that returns NULL on failure.
func check<Value: CPointer>(_ call: @autoclosure () -> Value?) throws(LibvirtError) -> Value {
    guard let value = call() else { throw .takeLast() }
    return value
}
