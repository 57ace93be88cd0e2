import Policy
import Protocol
import Text

/// What a client asks for when it reserves a domain.
struct ReservationOrder {
    let filter: DomainFilter
    /// How long to wait for a free domain, in seconds; `nil`: not at all.
    var wait: Double?
    /// Requests with a higher number get a free domain first.
    var priority = 0
    /// A text for others.
    var note: String?
    /// Whether the guest is stopped when the domain is given back.
    var stopsAtRelease = false
    /// For how long the reservation outlives a lost connection, in seconds; `nil`: not at all.
    var lease: Double?

    init(_ filter: DomainFilter, wait: Double? = nil) {
        self.filter = filter
        self.wait = wait
    }
}

/// The arguments of commands that reserve a domain, besides `filter` and `wait`.
struct ReservationArguments {
    private let priority: ParameterKey<Int?>
    private let note: ParameterKey<String?>
    private let stop: ParameterKey<Bool>
    private let lease: ParameterKey<Double?>

    init(_ parameters: inout Parameters) {
        priority = parameters.optionalInteger(
            "priority", in: Self.priorities,
            "of requests that wait, those with a higher number are served first (default: 0)")
        note = parameters.optionalString(
            "note", "a text for others, shown by 'reservations' with 'details'", isExtension: true)
        stop = parameters.flag(
            "stop", "true: the guest is stopped when the domain is released, however that happens",
            isExtension: true)
        lease = parameters.optionalSeconds(
            "lease", "how long the reservation outlives a lost connection, at most 86400",
            isExtension: true)
    }

    /// What a reservation that is taken over gets anew. Throws if there are other arguments.
    func orderOfResumed(_ request: Request, _ policy: Policy) throws -> ReservationOrder {
        for name in ["filter", "wait", "priority", "stop"] where request[name] != nil {
            throw RequestError(.badRequest, "'resume' and '\(name)' exclude each other")
        }
        return try order(DomainFilter(nil), wait: nil, request, policy)
    }

    /// Zeros of the number in the name of a file must suffice.
    static let priorities = -1_000_000...1_000_000

    /// Throws a `Denial` if the role does not grant the priority, or the stop.
    func order(
        _ filter: DomainFilter, wait: Double?, _ request: Request, _ policy: Policy
    ) throws -> ReservationOrder {
        var order = ReservationOrder(filter, wait: wait)
        if let priority = try request[priority] {
            if let denial = policy.denial(ofPriority: priority) { throw denial }
            order.priority = priority
        }
        order.stopsAtRelease = try request[stop]
        if order.stopsAtRelease, let denial = policy.denialOfStop { throw denial }
        order.note = try request[note].map(Self.checked)
        order.lease = try request[lease].map { try Lease.checked($0, policy) }
        return order
    }

    /// In characters.
    private static let noteLimit = 200

    private static func checked(_ note: String) throws(RequestError) -> String {
        let isOneLine = note.unicodeScalars.allSatisfy {
            ![.control, .format, .lineSeparator, .paragraphSeparator].contains(
                $0.properties.generalCategory)
        }
        guard isOneLine, note.unicodeScalars.count <= noteLimit, note.contains(where: { $0 != " " })
        else {
            throw RequestError(
                .badRequest,
                "'note' must be one line of printable text with 1 to \(noteLimit) characters")
        }
        return note
    }
}
