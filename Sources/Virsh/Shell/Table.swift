import Text

/// A table whose columns are as wide as their widest cell. virsh 9.0.0: vsh-table.c.
struct Table {
    private var rows: [[String]]

    init(_ header: String...) { self.init(header) }
    init(_ header: [String]) { rows = [header] }

    /// Appends a row, which must have as many cells as the header.
    mutating func append(_ cells: String...) { append(cells) }
    mutating func append(_ cells: [String]) {
        precondition(cells.count == rows[0].count, "a row has as many cells as the header")
        rows.append(cells)
    }

    /// The text. `header: false` omits the header and the line under it, and the header does not
    /// count for the widths.
    func text(header: Bool) -> String {
        let shown = (header ? rows[...] : rows.dropFirst()).map { $0.map(printable) }
        let widths = rows[0].indices.map { column in
            shown.map { $0[column].width }.max() ?? 0
        }
        var text = ""
        for (index, row) in shown.enumerated() {
            for (column, cell) in row.enumerated() {
                text += " " + cell.text
                // Pad inner cells even if only empty cells follow, but never the last cell.
                if column < row.count - 1 {
                    text += String(repeating: " ", count: widths[column] - cell.width + 2)
                }
            }
            text += "\n"
            if header, index == 0 {
                // One blank before and two after each column.
                text += String(repeating: "-", count: widths.reduce(0) { $0 + $1 + 3 }) + "\n"
            }
        }
        return text
    }

    /// The cell with unprintable characters as `\xNN`, and its width in terminal columns.
    /// virsh 9.0.0: `vshTableSafeEncode`.
    private func printable(_ cell: String) -> (text: String, width: Int) {
        // The common case needs no look at single characters.
        let isPlain = cell.utf8.allSatisfy { 0x20 <= $0 && $0 < 0x7F && $0 != UInt8(ascii: "\\") }
        if isPlain { return (cell, cell.utf8.count) }
        var text = ""
        var width = 0
        func escape(_ byte: UInt8) {
            let digits = String(byte, radix: 16)
            text += "\\x" + (digits.count < 2 ? "0" : "") + digits
            width += 4
        }
        let scalars = Array(cell.unicodeScalars)
        for (index, scalar) in scalars.enumerated() {
            if scalar.value < 0x20 || scalar.value == 0x7F {
                escape(UInt8(scalar.value))
                // Escape a backslash that would look like an escape.
            } else if scalar == "\\", index + 1 < scalars.count, scalars[index + 1] == "x" {
                escape(UInt8(ascii: "\\"))
            } else if scalar.value < 0x7F {
                text.unicodeScalars.append(scalar)
                width += 1
            } else if scalar.value >= 0x10FF00 {  // an invalid byte; see `String(escapingBytes:)`
                escape(UInt8(scalar.value & 0xFF))
            } else {
                if let columns = columnWidth(of: scalar) {
                    text.unicodeScalars.append(scalar)
                    width += columns
                } else {
                    for byte in String(scalar).utf8 { escape(byte) }
                }
            }
        }
        return (text, width)
    }
}
