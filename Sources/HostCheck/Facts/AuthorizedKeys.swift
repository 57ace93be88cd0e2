// The file format of authorized_keys, sshd(8).

/// A line of an authorized_keys file.
struct AuthorizedKey: Hashable, Sendable {
    /// Empty for a key without options.
    let options: String
    /// E.g. `ssh-ed25519`.
    let type: String
    /// The key itself, in base64.
    let blob: String

    static func all(in text: String) -> [AuthorizedKey] {
        lines(of: text).map { options, line in
            let words = line.dropFirst(options.count).split { $0 == " " || $0 == "\t" }
            return AuthorizedKey(
                options: options, type: words.first.map(String.init) ?? "",
                blob: words.dropFirst().first.map(String.init) ?? "")
        }
    }

    /// The length of an RSA key, at most 16 bits too low: all but the modulus takes 23 bytes, or
    /// less if the exponent is short.
    var approximateRSABits: Int {
        let padding = blob.reversed().prefix { $0 == "=" }.count
        return (blob.count * 3 / 4 - padding - 23) * 8
    }
}

/// The options before each key of an authorized_keys file; empty for a key without options.
func keyOptions(_ text: String) -> [String] { lines(of: text).map(\.options) }

/// The lines that have keys, each with its options.
private func lines(of text: String) -> [(options: String, line: Substring)] {
    // Swift has "\r\n" as one character that is a newline: sshd accepts such files as well.
    text.split(whereSeparator: \.isNewline).compactMap { line in
        let line = line.drop { $0 == " " || $0 == "\t" }
        guard let first = line.first, first != "#" else { return nil }
        // The options end at the first blank outside of quotes.
        var isQuoted = false
        var last: Character = " "
        let options = line.prefix { character in
            if character == "\"", last != "\\" { isQuoted.toggle() }
            last = character
            return isQuoted || !(character == " " || character == "\t")
        }
        let types = ["ssh-", "ecdsa-", "sk-"]
        return (types.contains(where: options.hasPrefix) ? "" : String(options), line)
    }
}

/// Splits the options of one key at commas outside of quotes.
func splitKeyOptions(_ options: String) -> [String] {
    var parts = [""]
    var isQuoted = false
    var last: Character = " "
    for character in options {
        if character == "\"", last != "\\" { isQuoted.toggle() }
        last = character
        if character == ",", !isQuoted {
            parts.append("")
        } else {
            parts[parts.count - 1].append(character)
        }
    }
    return parts
}

/// The value of `command="..."` among the options of one key, without quotes and escapes.
func keyCommand(_ options: String) -> String? {
    for option in splitKeyOptions(options) {
        let name = option.prefix { $0 != "=" }
        guard name.lowercased() == "command", name.count < option.count else { continue }
        var text = ""
        var last: Character = " "
        for character in option.dropFirst(name.count + 1) {
            if character == "\"" {
                if last == "\\" {
                    text.removeLast()  // `\"` is the only escape
                } else {
                    last = character
                    continue
                }
            }
            last = character
            text.append(character)
        }
        return text
    }
    return nil
}
