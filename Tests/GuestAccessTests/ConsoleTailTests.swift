import System
import TestSupport
import Testing
import XML

@testable import GuestAccess

@Suite struct ConsoleTailTests {
    @Test(arguments: [
        ("", []), ("a\r\n\n  \nb", ["a", "b"]),
        ("\u{1B}[1;31mred\u{1B}[0m plain\u{7}", ["red plain"]),
        ("cut\u{1B}[", ["cut"]), ("tab\tstays", ["tab\tstays"]), ("\u{1B}", []),
        ("é\u{7F}日", ["é日"]),
    ])
    func controlCharactersAndBlankLinesAreRemoved(written: String, lines: [String]) {
        #expect(consoleLines(Array(written.utf8)) == lines)
    }

    @Test func invalidBytesAreReplaced() {
        #expect(consoleLines([0x61, 0xFF, 10]) == ["a\u{FFFD}"])
    }

    private func lastLines(_ devices: String) throws -> [String] {
        lastConsoleLines(try Document(parsing: "<domain><devices>\(devices)</devices></domain>"))
    }

    @Test func lastLinesOfLogAreReturned() throws {
        try inTemporaryDirectory { directory in
            let path = "\(directory)/log"
            try write((1...200).map { "line \($0)\n" }.joined(), to: path)
            let expected = (121...200).map { "line \($0)" }
            #expect(try lastLines("<serial type='pty'><log file='\(path)'/></serial>") == expected)
            #expect(
                try lastLines("<console type='file'><source path='\(path)'/></console>")
                    == expected)
        }
    }

    @Test(arguments: [
        "", "<serial type='pty'/>", "<serial type='pty'><source path='/dev/pts/1'/></serial>",
        "<serial type='pty'><log file='/nonexistent/log'/></serial>",
    ])
    func otherConsolesHaveNoLines(devices: String) throws {
        #expect(try lastLines(devices) == [])
    }
}
