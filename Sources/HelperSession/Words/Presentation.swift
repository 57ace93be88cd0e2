import Host

/// What a person reads of a command's results.
struct Presentation {
    /// Whether the reader's terminal shows colours.
    let isColoured: Bool

    func text(of results: [(String, JSONOutput)]) -> String {
        // A text for people says all.
        if case .string(let reply) = results.first(where: { $0.0 == "reply" })?.1 {
            return reply.isEmpty || reply.hasSuffix("\n") ? reply : reply + "\n"
        }
        if results.count == 1, let only = results.first { return alone(only.1) }
        return results.map { name, value in
            switch value {
            case .object(let members) where members.isEmpty: "\(name): none\n"
            case .array, .object: "\(name):\n" + indented(alone(value))
            default: "\(name): \(cell(value))\n"
            }
        }.joined()
    }

    private func alone(_ value: JSONOutput) -> String {
        switch value {
        case .array(let values): list(values)
        case .object(let members):
            members.map { "\($0.0): \(cell($0.1))\n" }.joined()
        default: cell(value) + "\n"
        }
    }

    /// A table of objects, in the natural order of the first column; else one value a line.
    private func list(_ values: [JSONOutput]) -> String {
        if values.isEmpty { return "none\n" }
        var columns: [String] = []
        let rows = values.map { value -> [String: String] in
            guard case .object(let members) = value else { return [:] }
            for (name, _) in members where !columns.contains(name) { columns.append(name) }
            return Dictionary(members.map { ($0.0, cell($0.1)) }) { $1 }
        }
        guard !columns.isEmpty else { return values.map { cell($0) + "\n" }.joined() }
        return table(columns, rows.map { row in columns.map { row[$0] ?? "-" } })
    }

    /// Columns as wide as what is in them; `columns` are their names.
    func table(_ columns: [String], _ rows: [[String]]) -> String {
        let sorted = rows.sorted { naturalOrder($0.first ?? "", $1.first ?? "") }
        let heading = columns.map { $0.uppercased() }
        let widths = columns.indices.map { column in
            ([heading] + sorted).map { columnWidth($0[column]) }.max() ?? 0
        }
        func line(_ cells: [String]) -> String {
            var text = ""
            for (column, cell) in cells.enumerated() {
                text += cell
                guard column + 1 < cells.count else { break }
                let blanks = widths[column] - columnWidth(cell) + 2
                text += String(repeating: " ", count: blanks)
            }
            return text
        }
        let first = isColoured ? "\u{1B}[1m\(line(heading))\u{1B}[0m" : line(heading)
        return ([first] + sorted.map(line)).map { $0 + "\n" }.joined()
    }

    /// The report of the checks: it is seen at once what is not all right.
    func report(_ text: String) -> String {
        guard isColoured else { return text }
        return text.split(separator: "\n").map { line in
            if line.hasPrefix("error ") { return "\u{1B}[31m\(line)\u{1B}[0m\n" }
            if line.hasPrefix("warning ") { return "\u{1B}[33m\(line)\u{1B}[0m\n" }
            return line + "\n"
        }.joined()
    }

    private func indented(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false)
            .map { $0.isEmpty ? "" : "  \($0)" }.joined(separator: "\n")
    }

    private func cell(_ value: JSONOutput) -> String {
        switch value {
        case .null: "-"
        case .bool(let value): value ? "yes" : "no"
        case .integer(let value): "\(value)"
        case .seconds(let value): fixed(value, 3)
        case .digits(let value): value
        case .string(let value): printable(value)
        case .echo(let member): printable(String(member.text))
        case .array(let values): values.map { cell($0) }.joined(separator: " ")
        case .object(let members):
            members.map { "\($0.0)=\(cell($0.1))" }.joined(separator: " ")
        }
    }
}

/// Text in one line that moves no cursor: a guest or another user may have made it.
func printable(_ text: String) -> String { withoutControls(text) { _ in false } }

/// As above, in lines as they are. What would be written over, as virsh does with how far it is, is a
/// line of its own.
func printableLines(_ text: String) -> String {
    var lines = String.UnicodeScalarView()
    var (isEmpty, isAtBegin) = (true, true)
    for scalar in presentable(text).unicodeScalars {
        switch scalar {
        case "\r":
            isAtBegin = true
            continue
        case "\n": isEmpty = true
        default:
            if isAtBegin, !isEmpty { lines.append("\n") }
            isEmpty = false
        }
        isAtBegin = isEmpty
        lines.append(scalar)
    }
    return withoutControls(String(lines)) { $0 == "\n" || $0 == "\t" }
}

private func withoutControls(
    _ text: String, but isHarmless: (Unicode.Scalar) -> Bool
) -> String {
    String(
        String.UnicodeScalarView(
            presentable(text).unicodeScalars.map {
                $0.properties.generalCategory == .control && !isHarmless($0) ? "\u{FFFD}" : $0
            }))
}

/// How many columns of a terminal a text takes.
private func columnWidth(_ text: String) -> Int {
    text.unicodeScalars.reduce(0) { $0 + (columnWidth(of: $1) ?? 0) }
}

/// Whether one name comes before another, where numbers inside of names count as numbers.
func naturalOrder(_ a: String, _ b: String) -> Bool {
    var (a, b) = (Substring(a), Substring(b))
    func number(_ text: inout Substring) -> Substring {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        text = text[digits.endIndex...]
        return digits.drop { $0 == "0" }
    }
    while let first = a.first, let second = b.first {
        if first.isASCII, first.isNumber, second.isASCII, second.isNumber {
            let (one, other) = (number(&a), number(&b))
            if one.count != other.count { return one.count < other.count }
            if one != other { return one < other }
        } else {
            if first != second { return first < second }
            a.removeFirst()
            b.removeFirst()
        }
    }
    return a.count < b.count
}
