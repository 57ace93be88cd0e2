extension Group {
    static let events = Group(
        "Domain Events", "events",
        [
            .event,
            .await,
        ])
}
