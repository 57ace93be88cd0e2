import Policy

extension SessionRecord {
    /// Lets the session see the guests on demand of all sessions of its identity.
    func showGuests() throws {
        guard policy.hidesGuests else { return }
        let own = facts
        let others = try readOthers().sharing(identityOf: own)
        policy.show(guests: Set((others + [own]).flatMap(\.guests).map { Array($0.name.utf8) }))
    }
}
