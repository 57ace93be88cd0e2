import CSystem

/// The columns that a character takes on a terminal (0, 1 or 2); `nil` if it is not printable. The
/// same in every locale. C: `wcwidth`.
package func columnWidth(of scalar: Unicode.Scalar) -> Int? {
    let width = atex_column_width(wchar_t(bitPattern: scalar.value))
    return width < 0 ? nil : Int(width)
}

/// The columns that a text takes on a terminal.
package func columnWidth(of text: String) -> Int {
    text.unicodeScalars.reduce(0) { $0 + (columnWidth(of: $1) ?? 0) }
}
