import Text

extension Presentation {
    /// A table with columns as wide as their contents; `columns` are their names.
    func table(_ columns: [String], _ rows: [[String]]) -> String {
        let sorted = rows.sorted { naturalOrder($0.first ?? "", $1.first ?? "") }
        let heading = columns.map { $0.uppercased() }
        let widths = columns.indices.map { column in
            ([heading] + sorted).map { columnWidth(of: $0[column]) }.max() ?? 0
        }
        func line(_ cells: [String]) -> String {
            var text = ""
            for (column, cell) in cells.enumerated() {
                text += cell
                // No blanks after the last column, so that long lines do not wrap for nothing.
                guard column + 1 < cells.count else { break }
                let blanks = widths[column] - columnWidth(of: cell) + 2
                text += String(repeating: " ", count: blanks)
            }
            return text
        }
        let first = isColoured ? "\u{1B}[1m\(line(heading))\u{1B}[0m" : line(heading)
        return ([first] + sorted.map(line)).map { $0 + "\n" }.joined()
    }
}
