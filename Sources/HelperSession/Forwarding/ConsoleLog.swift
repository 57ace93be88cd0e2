import Host
import XML

/// The last lines of a guest's console, where its domain logs it to a file; else none.
func lastConsoleLines(_ description: Document) -> [String] {
    let devices = "devices/*[self::serial or self::console]"
    guard
        let path = description.root.string(
            "(\(devices)/log/@file | \(devices)[@type='file']/source/@path)[1]")
    else { return [] }
    do throws(SystemError) {
        return consoleLines(try endOfFile(path, length: 16384)).suffix(80)
    } catch { return [] }  // it is not there yet, or not ours to read
}

/// The lines of what was written to a terminal, without what only moves or colours.
func consoleLines(_ bytes: [UInt8]) -> [String] {
    var text = ""
    var rest = String(decoding: bytes, as: UTF8.self).unicodeScalars[...]
    while let scalar = rest.popFirst() {
        switch scalar {
        case "\u{1B}" where rest.first == "[":
            rest.removeFirst()
            // Up to the letter that says what to do.
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
