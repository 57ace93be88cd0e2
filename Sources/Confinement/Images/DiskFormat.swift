/// The formats that a role may use for disks.
package enum DiskFormat: String, Sendable, CaseIterable {
    case raw, qcow2
}
