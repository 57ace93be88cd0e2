import Testing
import Text

@Suite struct NameOrderTests {
    @Test func naturalOrderComparesNumbersByValue() {
        let names = [
            "vm10", "vm9", "a", "vm", "vm1b", "vm1", "10", "9", "VM2", "vm18446744073709551616",
        ]
        #expect(
            names.sorted(by: naturalOrder)
                == [
                    "9", "10", "VM2", "a", "vm", "vm1", "vm1b", "vm9", "vm10",
                    "vm18446744073709551616",
                ])
    }

    @Test func naturalOrderIsStrict() {
        #expect(!naturalOrder("vm01", "vm1") || !naturalOrder("vm1", "vm01"))
        #expect(!naturalOrder("vm1", "vm1"))
    }

    @Test func foldedNamesIgnoreCaseOfASCIILettersOnly() {
        #expect(["b", "C", "A"].sortedIgnoringCase { $0 } == ["A", "b", "C"])
        #expect(!(FoldedName("Vm") < FoldedName("vM")) && !(FoldedName("vM") < FoldedName("Vm")))
        #expect(FoldedName("É") < FoldedName("é"))
        #expect(FoldedName("vm") < FoldedName("vm1"))
        // `_` is between the two cases of letters: virsh compares with the lower case.
        #expect(FoldedName("_") < FoldedName("A"))
    }
}
