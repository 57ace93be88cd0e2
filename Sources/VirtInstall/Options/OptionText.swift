import System

// Values of option strings, read as virt-install reads them.

/// A whole number: decimal, or hexadecimal with `0x`.
func number(_ text: String) throws -> Int {
    let radix = text.contains("0x") ? 16 : 10
    guard let number = pythonInteger(text, radix: radix) else {
        throw OptionMistake(
            "invalid literal for int() with base \(radix): \(pythonQuoted(text))")
    }
    return number
}

/// A whole number in decimal digits.
func decimal(_ text: String) throws -> Int {
    guard let number = pythonInteger(text) else {
        throw OptionMistake("invalid literal for int() with base 10: \(pythonQuoted(text))")
    }
    return number
}

/// A boolean in any of its spellings; an error names `key`.
func yesOrNo(_ value: String, key: String) throws -> Bool {
    guard let answer = yesOrNo(value) else { throw InstallFailure("\(key) must be 'yes' or 'no'") }
    return answer
}

/// A boolean in any of its spellings; `nil` for another text.
func yesOrNo(_ value: String) -> Bool? {
    switch value.lowercased() {
    case "y", "yes", "1", "true", "t", "on": true
    case "n", "no", "0", "false", "f", "off": false
    default: nil
    }
}

/// An absolute path: a relative one starts at the working directory; `.` and `..` are resolved,
/// symbolic links are not. Python 3.11: `os.path.abspath`.
func absolutePath(_ path: String) -> String {
    let full = path.hasPrefix("/") ? path : currentDirectory() + "/" + path
    var parts: [Substring] = []
    for part in full.split(separator: "/") where part != "." {
        if part == ".." { _ = parts.popLast() } else { parts.append(part) }
    }
    // POSIX leaves the meaning of exactly two leading slashes open, so Python keeps them.
    let start = full.hasPrefix("//") && !full.hasPrefix("///") ? "//" : "/"
    return start + parts.joined(separator: "/")
}
