import Protocol
import System
import Text

extension Presentation {
    /// The results of `reservations` with `details` as a table.
    func reservations(_ results: Reply.Results) -> String {
        let members = Dictionary(results.members.map { ($0.name, $0.value) }) { $1 }
        guard case .object(let domains)? = members["domains"] else { return "" }
        let rows = domains.map { name, state -> [String] in
            guard let holder = members["holders"]?[name] else {
                return [name, "(free)", "-", "-", "-"]
            }
            // The state shows it if this session itself holds the domain.
            let isOurs = state == .string("(reserved for us)")
            return [
                name, isOurs ? "(reserved for us)" : cell(holder["identity"] ?? .null),
                cell(holder["user"] ?? .null), cell(holder["peer"] ?? .null),
                cell(holder["since"] ?? .null),
            ]
        }
        return table(
            ["domain", "holder", "user", "peer", "since"],
            rows.map { row in row.map { printable($0) } })
    }
}
