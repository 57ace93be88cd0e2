import Policy
import System
import Text

/// A request that waits for a domain, or for room for a guest on demand, as its file in the queue
/// describes it.
struct Waiter {
    /// Who it is. The domains that the session holds are left out.
    let session: SessionFacts
    /// When it began to wait, in seconds since 1970.
    let since: Int64
    let priority: Int
    let note: String?
    /// The libvirt host whose domains it waits for.
    let uri: String
    let goal: Goal

    /// What a request waits for. Each kind is served in an order of its own.
    enum Goal {
        /// One of the domains that match the filter. `visible`: with a role, the regular expression
        /// of the domains that exist for it.
        case domain(filter: String?, visible: String?)
        case guest(template: String, GuestDemand)

        var isDomain: Bool {
            if case .domain = self { true } else { false }
        }
    }

    var filter: String? {
        if case .domain(let filter, _) = goal { filter } else { nil }
    }

    var template: String? {
        if case .guest(let template, _) = goal { template } else { nil }
    }

    var json: JSONValue {
        var members: [(name: String, value: JSONValue)] = [
            ("session", session.json), ("since", .integer(since)),
            ("priority", .integer(Int64(priority))), ("note", note.map { .string($0) } ?? .null),
            ("uri", .string(uri)),
        ]
        switch goal {
        case .domain(let filter, let visible):
            members.append(("filter", filter.map { .string($0) } ?? .null))
            members.append(("visible", visible.map { .string($0) } ?? .null))
        case .guest(let template, let demand):
            members.append(("template", .string(template)))
            members.append(("demand", demand.json))
        }
        return .object(members)
    }

    /// Whether another request, which came later, certainly gets nothing as long as this one waits;
    /// false if that is not obvious.
    func covers(_ other: Waiter) -> Bool {
        switch (goal, other.goal) {
        case (.domain(let filter, let visible), .domain(let otherFilter, let otherVisible)):
            Self.covers(filter, otherFilter) && Self.covers(visible, otherVisible)
        case (.guest(_, let demand), .guest(_, let other)): demand.covers(other)
        case (.domain, .guest), (.guest, .domain): false
        }
    }

    private static func covers(_ pattern: String?, _ other: String?) -> Bool {
        guard let pattern else { return true }
        return other.map { $0.utf8.elementsEqual(pattern.utf8) } ?? false
    }
}

extension Waiter {
    /// `nil` if the text is not that of a waiter of this version.
    init?(_ text: String) {
        let value: JSONValue
        do throws(JSONError) { value = try JSONParser.value(of: text) } catch { return nil }
        guard let session = value["session"].flatMap({ SessionFacts($0) }),
            case .number(let since)? = value["since"], let since = Int64(since),
            case .number(let priority)? = value["priority"], let priority = Int(priority),
            case .string(let uri)? = value["uri"]
        else { return nil }
        func optional(_ name: String) -> String? {
            guard case .string(let text)? = value[name] else { return nil }
            return text
        }
        let goal: Goal
        if let template = optional("template") {
            guard let demand = value["demand"].flatMap({ GuestDemand($0) }) else { return nil }
            goal = .guest(template: template, demand)
        } else {
            goal = .domain(filter: optional("filter"), visible: optional("visible"))
        }
        self.init(
            session: session, since: since, priority: priority, note: optional("note"), uri: uri,
            goal: goal)
    }
}
