import Glibc

/// A number with a fixed number of decimal places, rounded as C does. C: `printf` with `%.Nf`.
package func fixed(_ value: Double, _ places: Int) -> String {
    formatted("%.*f", [Int32(places), value])
}

/// A number with six significant digits in its shortest form. C: `printf` with `%g`.
package func general(_ value: Double) -> String { formatted("%g", [value]) }

private func formatted(_ format: String, _ arguments: [any CVarArg]) -> String {
    // The longest Double has 309 digits before the point.
    var text = [CChar](repeating: 0, count: 400)
    // With a point in every environment: nothing in this process calls setlocale.
    _ = withVaList(arguments) { vsnprintf(&text, text.count, format, $0) }
    return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}
