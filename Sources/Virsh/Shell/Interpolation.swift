extension DefaultStringInterpolation {
    /// Hides the standard library's fallback for values without a `description`. A release build
    /// has no reflection data, so the fallback would print `MediaChange(rawValue: 0)` for an enum
    /// case, although a debug build prints `eject`. Warnings are errors, so a use does not compile.
    @available(*, deprecated, message: "interpolate a word, e.g. the raw value")
    mutating func appendInterpolation<Value>(_ value: Value) {
        appendLiteral(String(describing: value))
    }
}
