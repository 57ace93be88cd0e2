import Testing

/// Tests that report libvirt's errors. A process stores them in one place, so all suites inside run
/// one after the other.
@Suite(.serialized) enum ProcessStateTests {}
