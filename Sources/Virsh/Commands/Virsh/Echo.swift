import Policy
import XML

extension Command {
    /// virsh 9.0.0: `cmdEcho` in vsh.c.
    static let echo = Command(
        "echo", .read, help: "print its arguments",
        description: "shows how arguments are split and quoted", needsConnection: false
    ) { options in
        let shellQuoted = options.flag("shell", "quote them for a shell")
        let xml = options.flag("xml", "escape them for XML")
        let split = options.flag("split", "split them at commas, one part per line")
        let error = options.flag("err", "print them as an error")
        options.alias("str", for: "string")
        options.alias("hi", for: "string=hello")
        let prefix = options.string(
            "prefix", "text before the message", place: .named, since: .newParser)
        let words = options.rest("string", "the words")

        return { shell, given in
            try given.exclusive(shellQuoted, xml)
            try given.exclusive(shellQuoted, split)
            try given.exclusive(xml, split)
            let prefix = try given[prefix]
            let words = try given[words]
            guard prefix != nil || !words.isEmpty else { return }
            let asXML = try given[xml]
            let asShell = try given[shellQuoted]
            let asPieces = try given[split]
            let shown = words.map { word in
                if asXML { return Writer.escaped(word) }
                if asShell { return quotedForShell(word) }
                if asPieces {
                    return word.isEmpty ? "" : commaSeparated(word).map { $0 + "\n" }.joined()
                }
                return word
            }
            let text = ((prefix.map { [$0] } ?? []) + shown).joined(separator: " ")
            if try given[error] { shell.printError(text) } else { shell.print(text) }
        }
    }
}

/// A word, quoted for a shell if it needs that. libvirt 9.0.0: `virBufferEscapeShell`.
private func quotedForShell(_ word: String) -> String {
    guard !word.isEmpty else { return "''" }
    let special = "\r\t\n !\"#$&'()*;<>?[\\]^`{|}~".unicodeScalars
    guard word.unicodeScalars.contains(where: { special.contains($0) }) else { return word }
    return "'"
        + word.split(separator: "'", omittingEmptySubsequences: false)
        .joined(separator: "'\\''") + "'"
}
