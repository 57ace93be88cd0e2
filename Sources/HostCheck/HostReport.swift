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

    /// The width of the report in columns.
    static let width = 80

    /// For people: columns with status, check and detail, hints below, and a count at the end.
    package var text: String {
        let longest = results.map(\.check.count).max() ?? 0
        let statusColumn = 9
        let detailColumn = statusColumn + longest + 2
        var text = ""
        for (check, finding) in results {
            text += finding.status.rawValue.padded(statusColumn)
            text += check.padded(longest + 2)
            // Names of processes and files may contain control characters.
            text += wrapped(
                printable(finding.detail), width: Self.width, indentation: detailColumn,
                offset: detailColumn)
            text += "\n"
            if !finding.hint.isEmpty {
                // Below the check's name: commands stay on one line more often.
                text += String(repeating: " ", count: statusColumn)
                text += wrapped(
                    "what to do: " + printable(finding.hint), width: Self.width,
                    indentation: statusColumn + 2, offset: statusColumn)
                text += "\n"
            }
        }
        func count(_ status: Finding.Status) -> Int {
            results.count { $0.finding.status == status }
        }
        return text + "\(count(.ok)) ok, \(counted(count(.warning), "warning")), "
            + "\(counted(count(.error), "error"))\n"
    }
}
