import CLibvirt

/// Makes one C call that answers a negative number on failure; a twin takes those that answer NULL.
@discardableResult
func check<Value: SignedInteger>(_ call: @autoclosure () -> Value) throws(LibvirtError) -> Value {
    let value = call()
    guard value >= 0 else { throw .takeLast() }
    return value
}

/// What may be NULL. Not any type: in `check(call()) == 0` a number would become an optional one,
/// which is never missing.
protocol CPointer {}
extension OpaquePointer: CPointer {}
extension UnsafePointer: CPointer {}
extension UnsafeMutablePointer: CPointer {}

/// Makes one C call that answers NULL on failure.
func check<Value: CPointer>(_ call: @autoclosure () -> Value?) throws(LibvirtError) -> Value {
    guard let value = call() else { throw .takeLast() }
    return value
}
