/// What a virsh command can do to the host, for roles. A role grants classes.
///
/// CONFINEMENT.md, `virsh-classes.tsv`: each command has one class; options may need another.
package enum VirshClass: String, Sendable, CaseIterable {
    /// Reads granted objects.
    case read
    /// Reads facts about the host itself.
    case host
    /// Starts, stops and pauses domains.
    case power
    /// Looks into a guest or sends input to it: console, screenshot, agent.
    case guest
    /// Creates, reverts to and deletes internal snapshots.
    case snapshot
    /// Creates, changes and deletes volumes.
    case storage
    /// Changes a domain's resources within the role's limits.
    case tune
    /// Adds and removes devices.
    case devices
    /// Defines and undefines domains.
    case define
    /// Cannot be granted.
    case never
}
