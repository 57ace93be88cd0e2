/// Why a request of a session with a role cannot be carried out now, although the role permits it:
/// another session with a role works on the same. Nothing was changed.
package struct Busy: Error, Sendable {
    package let message: String

    package init(_ message: String) { self.message = message }
}
