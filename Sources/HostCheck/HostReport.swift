import Text

/// The findings of all checks.
package struct HostReport {
    package typealias Result = (check: String, finding: Finding)

    package let results: [Result]
    package init(_ view: HostView) {
        self.init(
            Check.all.flatMap { check in
                check.findings(view).map { (check: check.name, finding: $0) }
            })
    }

    init(_ results: [Result]) { self.results = results }

    /// For people: columns with status, check and detail, hints below, and a count at the end.
    package var text: String {
        let width = results.map(\.check.count).max() ?? 0
        func column(_ text: String, _ width: Int) -> String {
            text + String(repeating: " ", count: max(0, width - text.count) + 2)
        }
        var text = ""
        for (check, finding) in results {
            // Names of processes and files may contain control characters.
            text += column(finding.status.rawValue, 7) + column(check, width)
            text += printable(finding.detail) + "\n"
            if !finding.hint.isEmpty {
                text += column("", 7) + column("", width) + "what to do: "
                text += printable(finding.hint) + "\n"
            }
        }
        func count(_ status: Finding.Status) -> Int {
            results.count { $0.finding.status == status }
        }
        return text + "\(count(.ok)) ok, \(counted(count(.warning), "warning")), "
            + "\(counted(count(.error), "error"))\n"
    }
}
