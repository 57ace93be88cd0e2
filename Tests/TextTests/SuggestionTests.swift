import Testing
import Text

@Suite struct SuggestionTests {
    @Test(arguments: [
        ("resrve", "reserve"), ("RESERVE", "reserve"), ("conect", "connect"), ("pnig", nil),
        ("xyz", nil), ("", nil),
    ])
    func nearestNameIsSuggested(word: String, nearest: String?) {
        let text = suggestion(for: word, among: ["ping", "reserve", "connect", "virsh"])
        #expect(text == (nearest.map { "; did you mean '\($0)'?" } ?? ""))
    }

    @Test func longWordsAreNotCompared() {
        let word = String(repeating: "a", count: 100_000)
        #expect(suggestion(for: word, among: [word + "b"]) == "")
    }
}
