import System
import Testing

@Suite struct FileNameTests {
    @Test(arguments: [
        "", ".", "..", "a/b", "/", "/a", "../a", "a\0", "\0",
        String(repeating: "n", count: 256), String(repeating: "é", count: 128),
    ])
    func otherTextsAreRejected(text: String) { #expect(FileName(text) == nil) }

    @Test(arguments: [
        "a", "...", ".a", " ", "\n", "é", "a\\b", String(repeating: "n", count: 255),
    ])
    func onePathComponentIsAccepted(text: String) { #expect(FileName(text)?.text == text) }

    /// The slash and a combining mark are one Swift character.
    @Test func combiningMarkHidesNoSlash() { #expect(FileName("a/\u{301}b") == nil) }
}
