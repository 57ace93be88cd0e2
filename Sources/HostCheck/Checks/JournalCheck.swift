import Lifetime
import Protocol
import System

extension Check {
    /// The session that makes this check has tried at its start to undo everything.
    static let journal = Check("journal") { view in
        let journal = Journal(view.state)
        do throws(SystemError) { return journalFindings(try journal.unfinished()) } catch {
            throw RequestError("cannot read the journal '\(journal.path)'", error)
        }
    }
}

func journalFindings(_ left: [Journal.Leftover]) -> [Finding] {
    var unfinished: [String] = []
    var damaged: [String] = []
    for record in left {
        switch record.begun {
        case .success(let begun): unfinished.append(begun.text)
        case .failure: damaged.append(record.path)
        }
    }
    var problems: [Finding] = []
    if !unfinished.isEmpty {
        problems.append(
            .warning(
                "ended sessions have left \(unfinished.prefix(5).joined(separator: ", ")); "
                    + "the next session tries again to undo that",
                "see why it fails: atex-virt-helper clean-up"))
    }
    if !damaged.isEmpty {
        problems.append(
            .warning(
                "damaged records, which nothing undoes: \(listed(damaged))",
                "look what they say, and remove them, e.g. rm "
                    + damaged.prefix(5).joined(separator: " ")))
    }
    return findings(problems, ok: "ended sessions have left nothing unfinished")
}
