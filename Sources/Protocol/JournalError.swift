import Lifetime
package import System

extension RequestError {
    /// The record of a step cannot be written, so the step is not begun.
    package static func journal(_ error: SystemError) -> RequestError {
        RequestError("cannot write to the journal '\(Journal.current?.path ?? "")'", error)
    }
}
