import Protocol
import System
import Text

extension Presentation {
    /// The results of `reservations` with `details` as a table, and one of those who wait.
    func reservations(_ results: Reply.Results) -> String {
        guard case .array(let waiting)? = results["waiting"], !waiting.isEmpty else {
            return holders(results)
        }
        let columns = [
            "position", "identity", "user", "peer", "since", "priority", "filter", "note",
        ]
        let rows = waiting.map { waiter in
            columns.map { column -> String in
                if column == "filter", case .string(let template)? = waiter["template"] {
                    return printable("template=\(template)")
                }
                return printable(cell(waiter[column] ?? .null))
            }
        }
        let names = columns.map { $0 == "position" ? "waiting" : $0 }
        return holders(results) + "\n" + table(names, rows)
    }

    private func holders(_ results: Reply.Results) -> String {
        guard case .object(let domains)? = results["domains"] else { return "" }
        let rows = domains.map { name, state -> [String] in
            guard let holder = results["holders"]?[name] else {
                return [name, "(free)"] + [String](repeating: "-", count: 6)
            }
            // The state shows it if this session itself holds the domain.
            let isOurs = state == .string("(reserved for us)")
            return [
                name, isOurs ? "(reserved for us)" : cell(holder["identity"] ?? .null),
                cell(holder["user"] ?? .null), cell(holder["peer"] ?? .null),
                cell(holder["pid"] ?? .null), cell(holder["since"] ?? .null),
                cell(holder["until"] ?? .null), cell(holder["note"] ?? .null),
            ]
        }
        return table(
            ["domain", "holder", "user", "peer", "pid", "since", "until", "note"],
            rows.map { row in row.map { printable($0) } })
    }
}
