/// One result of a check.
package struct Finding: Hashable, Sendable {
    package enum Status: String, Sendable { case ok, warning, error }

    package let status: Status
    /// What was found.
    package let detail: String
    /// What to do about it; empty if nothing needs to be done.
    package let hint: String

    static func ok(_ detail: String) -> Finding { Finding(status: .ok, detail: detail, hint: "") }

    /// It works, but badly or not for every client.
    static func warning(_ detail: String, _ hint: String) -> Finding {
        Finding(status: .warning, detail: detail, hint: hint)
    }

    /// It does not work, or gives access that it should not give.
    static func error(_ detail: String, _ hint: String) -> Finding {
        Finding(status: .error, detail: detail, hint: hint)
    }

    /// The check could not be made. The manual page promises the words "cannot tell".
    static func unknown(_ reason: String, _ hint: String = "") -> Finding {
        warning("cannot tell: \(reason)", hint)
    }

    /// For the checks that look at each domain.
    static let noDomains = Finding.warning(
        "there is no persistent domain",
        "define domains, e.g. from \(examplePath("libvirt/domain-bios.xml"))")
}

/// The problems, or one `ok` if there are none.
func findings(_ problems: [Finding], ok detail: @autoclosure () -> String) -> [Finding] {
    problems.isEmpty ? [.ok(detail())] : problems
}
