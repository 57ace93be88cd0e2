import Text

/// The findings of all checks.
package struct HostReport {
    package typealias Result = (check: String, finding: Finding)

    package let results: [Result]
    /// The text after the findings; empty if there is nothing to add.
    private let note: String

    package init(_ view: HostView) {
        let results = Check.all.flatMap { check in
            check.findings(view).map { (check: check.name, finding: $0) }
        }
        let needsVirsh = results.contains { $0.finding.hint.contains("virsh ") }
        let note =
            needsVirsh && program("virsh") == nil
            ? "virsh is not installed here; 'atex-virt-helper \(view.uri ?? "URI") virsh ...' "
                + "does the same\n" : ""
        self.init(results, note)
    }

    init(_ results: [Result], _ note: String = "") {
        self.results = results
        self.note = note
    }

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
        return text + note
            + "\(count(.ok)) ok, \(counted(count(.warning), "warning")), "
            + "\(counted(count(.error), "error"))\n"
    }
}
