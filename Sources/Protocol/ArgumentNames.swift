import Text

extension Parameters {
    /// What is wrong with a request's argument names; `nil` if they are right.
    package func mistake(in object: RequestObject, command: String) -> String? {
        // Missing arguments first: a mistyped name counts as both, and this text names the right
        // one.
        for parameter in all where parameter.isRequired && object[parameter.name] == nil {
            return "missing argument for cmd '\(command)': \(parameter.name)"
        }
        for (name, other) in alternatively where object[name] == nil && object[other] == nil {
            return "missing argument for cmd '\(command)': \(name)"
        }
        let given = alternatives.filter { object[$0] != nil }
        let choice = alternatives.map { "'\($0)'" }.joined(separator: " or ")
        if !alternatives.isEmpty, given.isEmpty {
            return "one of \(choice) needed for '\(command)'"
        }
        if given.count > 1 { return "only one of \(choice) allowed for '\(command)'" }
        // Every request may have an `id`, which the reply repeats, and `background`.
        let leftover = object.members.map(\.name).filter { name in
            !["cmd", "id", "background"].contains(name) && !all.contains { $0.name == name }
        }
        guard leftover.isEmpty else {
            let names = all.isEmpty ? "no arguments" : all.map(\.name).joined(separator: ", ")
            return "leftover arguments for cmd '\(command)': "
                + leftover.map { "'\($0)'" }.joined(separator: ", ") + "; it takes \(names)"
        }
        return nil
    }
}
