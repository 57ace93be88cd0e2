import Testing

/// Tests of what reports libvirt's errors, which a process has one place for: one after the other,
/// in all suites inside.
@Suite(.serialized) enum ProcessStateTests {}
