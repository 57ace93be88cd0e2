/// What a request came to.
struct Outcome {
    /// What of the request stands in the reply.
    private let echoed: [(String, JSONOutput)]
    /// What the command tells; nothing where it failed.
    let results: Results
    let failure: Refusal?
    /// Whether the line named no command, or named one wrongly.
    let isNoRequest: Bool
    private let tellsError: Bool

    init(echoed: [(String, JSONOutput)], results: Results) {
        self.echoed = echoed
        self.results = results
        failure = nil
        isNoRequest = false
        tellsError = false
    }

    init(
        echoed: [(String, JSONOutput)], failure: Refusal, isNoRequest: Bool = false,
        tellsError: Bool
    ) {
        self.echoed = echoed
        results = [:]
        self.failure = failure
        self.isNoRequest = isNoRequest
        self.tellsError = tellsError
    }

    /// A line that names no command, or names one wrongly.
    static func refused(
        _ object: RequestObject?, _ kind: Refusal.Kind, _ message: String
    ) -> Outcome {
        Outcome(
            echoed: object?["id"].map { [("id", .echo($0))] } ?? [],
            failure: Refusal(kind, message), isNoRequest: true, tellsError: true)
    }

    /// Writes the bytes that follow the reply; `nil` where none do.
    var body: ((Wire) throws -> Void)? { results.body }

    var reply: JSONOutput {
        guard let failure else {
            return .object([("success", .bool(true))] + echoed + results.members)
        }
        var members = [("success", .bool(false))] + echoed
        members.append(("reply", .string(failure.message)))
        if tellsError { members.append(("error", failure.object)) }
        return .object(members)
    }
}
