import Testing
import Text

@Suite struct NumberTextTests {
    @Test(arguments: [
        (0.0, 3, "0.000"), (1.0005, 3, "1.000"), (-2.5, 0, "-2"), (99.95, 1, "100.0"),
        (1e21, 0, "1000000000000000000000"),
    ])
    func fixedRoundsLikeC(value: Double, places: Int, text: String) {
        #expect(fixed(value, places) == text)
    }

    @Test(arguments: [
        (300.0, "300"), (0.1, "0.1"), (1_000_000.0, "1e+06"), (123456.7, "123457"),
    ])
    func generalHasSixDigits(value: Double, text: String) { #expect(general(value) == text) }
}
