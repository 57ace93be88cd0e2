/// Where a sleeping host or guest keeps its state. C: `virNodeSuspendTarget`.
package enum SuspendTarget: UInt32, CaseIterable, Sendable {
    case memory, disk
    /// In memory and on disk.
    case hybrid
}
