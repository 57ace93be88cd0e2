import CHost
import Glibc

/// A number with so many digits behind the point, rounded as C does. C: `printf` with `%.Nf`.
package func fixed(_ value: Double, _ digits: Int) -> String {
    var text = [CChar](repeating: 0, count: 400)
    _ = withVaList([Int32(digits), value]) { vsnprintf(&text, text.count, "%.*f", $0) }
    return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}

/// The columns a character takes on a terminal (0, 1 or 2); `nil` for one that cannot be printed.
/// The same in every locale. C: `wcwidth`.
package func columnWidth(of scalar: Unicode.Scalar) -> Int? {
    let width = atex_column_width(wchar_t(bitPattern: scalar.value))
    return width < 0 ? nil : Int(width)
}

/// A number with six digits that count, as short as C makes it. C: `printf` with `%g`.
package func general(_ value: Double) -> String {
    var text = [CChar](repeating: 0, count: 40)
    _ = withVaList([value]) { vsnprintf(&text, text.count, "%g", $0) }
    return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}

/// Where `part` stands in `bytes` first; `nil` where it does not. C: `memmem`.
package func position(of part: [UInt8], in bytes: [UInt8]) -> Int? {
    bytes.withUnsafeBytes { bytes in
        guard let start = bytes.baseAddress,
            let found = atex_find(start, UInt(bytes.count), part, UInt(part.count))
        else { return nil }
        return found - start
    }
}
