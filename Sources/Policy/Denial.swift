/// Why a role does not permit a request. Texts repeat only what the client named.
package struct Denial: Error, Sendable {
    /// Begins with `denied: `, as the contract requires.
    package let message: String

    /// `reason` names what the client asked for, e.g. `command 'reserve' is not granted`.
    package init(_ reason: String) { message = "denied: \(reason)" }
}
