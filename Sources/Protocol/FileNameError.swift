package import System

extension FileName {
    /// Validates an argument; `what` is the thing it names, e.g. `volume name`.
    package init(checking text: String, _ what: String) throws {
        guard let name = FileName(text) else {
            throw RequestError(
                .badRequest,
                "\(what) '\(text)' must be one name: 1 to 255 bytes, no '/' or NUL, not '.' or '..'"
            )
        }
        self = name
    }
}
