import Protocol
import System
import Text

extension Presentation {
    /// The results of `reservations` with `details` as a table.
    func reservations(_ results: Reply.Results) -> String {
        guard case .object(let domains)? = results["domains"] else { return "" }
        let rows = domains.map { name, state -> [String] in
            guard let holder = results["holders"]?[name] else {
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
