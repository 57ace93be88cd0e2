import Testing

@testable import Virsh

@Test func nothing() { #expect(Group.all.count > 0) }
