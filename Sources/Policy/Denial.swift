/// Why a role does not permit a request. Texts repeat only what the client named.
package struct Denial: Error, Sendable {
    /// Begins with `denied: `, as the contract requires.
    package let message: String
    /// The same without `denied: `.
    package let reason: String

    /// `reason` names what the client asked for, e.g. `command 'reserve' is not granted`.
    package init(_ reason: String) {
        self.reason = reason
        message = "denied: \(reason)"
    }
}
