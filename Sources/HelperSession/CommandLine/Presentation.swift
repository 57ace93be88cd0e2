import Protocol
import Text

/// Formats a command's results for a person.
struct Presentation {
    /// Whether the terminal shows colours.
    let isColoured: Bool

    func text(of results: [(name: String, value: JSONValue)]) -> String {
        // A reply text contains everything. Other values are made printable cell by cell, so that
        // the colours of a table stay.
        if case .string(let text)? = results.first(where: { $0.name == "reply" })?.value {
            let reply = printableLines(text)
            return reply.isEmpty || reply.hasSuffix("\n") ? reply : reply + "\n"
        }
        if results.count == 1, let only = results.first { return block(only.value) }
        return results.map { name, value in
            switch value {
            case .object(let members) where members.isEmpty: "\(name): none\n"
            case .array, .object: "\(name):\n" + indented(block(value))
            default: "\(name): \(cell(value))\n"
            }
        }.joined()
    }

    private func block(_ value: JSONValue) -> String {
        switch value {
        case .array(let values): list(values)
        case .object(let members):
            members.map { "\($0.name): \(cell($0.value))\n" }.joined()
        default: cell(value) + "\n"
        }
    }

    /// A table of objects in the natural order of the first column, or else one value per line.
    private func list(_ values: [JSONValue]) -> String {
        if values.isEmpty { return "none\n" }
        var columns: [String] = []
        let rows = values.map { value -> [String: String] in
            // A list of plain values yields no columns and is printed below.
            guard case .object(let members) = value else { return [:] }
            // Objects may lack members; each name becomes a column where it is first seen.
            for (name, _) in members where !columns.contains(name) { columns.append(name) }
            return Dictionary(members.map { ($0.name, cell($0.value)) }) { $1 }
        }
        guard !columns.isEmpty else { return values.map { cell($0) + "\n" }.joined() }
        return table(columns, rows.map { row in columns.map { row[$0] ?? "-" } })
    }

    /// The report of `host-check`, with problems in colour.
    func report(_ text: String) -> String {
        guard isColoured else { return text }
        var colour = ""
        return text.split(separator: "\n").map { line in
            // A line that begins with a blank continues the one before it.
            if line.first != " " {
                colour =
                    line.hasPrefix("error ")
                    ? "\u{1B}[31m" : line.hasPrefix("warning ") ? "\u{1B}[33m" : ""
            }
            return colour.isEmpty ? line + "\n" : "\(colour)\(line)\u{1B}[0m\n"
        }.joined()
    }

    private func indented(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false)
            .map { $0.isEmpty ? "" : "  \($0)" }.joined(separator: "\n")
    }

    func cell(_ value: JSONValue) -> String {
        switch value {
        case .null: "-"
        case .bool(let value): value ? "yes" : "no"
        case .number(let digits): digits
        case .string(let text), .encoded(let text): printable(text)
        case .array(let values): values.map { cell($0) }.joined(separator: " ")
        case .object(let members):
            members.map { "\($0.name)=\(cell($0.value))" }.joined(separator: " ")
        }
    }
}
