import System
import XML

/// The last lines of a guest's console if its domain logs it to a file; else empty.
func lastConsoleLines(_ description: Document) -> [String] {
    let devices = "devices/*[self::serial or self::console]"
    guard
        let path = description.root.string(
            "(\(devices)/log/@file | \(devices)[@type='file']/source/@path)[1]")
    else { return [] }
    do throws(SystemError) {
        return consoleLines(try endOfFile(path, length: 16384)).suffix(80)
    } catch { return [] }  // it does not exist yet, or we may not read it
}

/// The lines of terminal output, without escape sequences, control characters and blank lines.
func consoleLines(_ bytes: [UInt8]) -> [String] {
    var text = ""
    var rest = String(decoding: bytes, as: UTF8.self).unicodeScalars[...]
    while let scalar = rest.popFirst() {
        switch scalar {
        // ECMA-48, section 5.4: other escape sequences are rare on a console; their text stays.
        case "\u{1B}" where rest.first == "[":
            rest.removeFirst()
            // A control sequence ends with the first character of this range.
            while let part = rest.popFirst(), !("@"..."~").contains(part) {}
        case "\n", "\t": text.unicodeScalars.append(scalar)
        case ..<" ", "\u{7F}": break
        default: text.unicodeScalars.append(scalar)
        }
    }
    return text.split(separator: "\n").map(String.init).filter { line in
        line.contains { !$0.isWhitespace }
    }
}
