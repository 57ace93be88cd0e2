import Lifetime
package import System

extension RequestError {
    /// What is begun cannot be written down, so it is not begun.
    package static func journal(_ error: SystemError) -> RequestError {
        RequestError("cannot write to the journal '\(Journal.current?.path ?? "")'", error)
    }
}
