import XML

/// `portForward0.range0.start=5001` and the short form `portForward=5001:22`.
func declarePortForward(_ xml: inout SubOptions) {
    xml.option("portForward#.proto", at: "portForward#/@proto", roles: .allowed)
    xml.option("portForward#.address", at: "portForward#/@address", roles: .allowed)
    xml.option("portForward#.dev", at: "portForward#/@dev", roles: .refused)
    for name in ["start", "end", "to"] {
        xml.option(
            "portForward#.range#.\(name)", at: "portForward#/range#/@\(name)", .integer,
            roles: .allowed)
    }
    xml.option(
        "portForward#.range#.exclude", at: "portForward#/range#/@exclude", .yesNo, roles: .refused)
    xml.indexedOption("portForward#", roles: .allowed) { run, value, index in
        let element = run.makeElement("portForward#", indices: [index])
        let forward = try ShortForward(value)
        let range = element + "/range[1]/@"
        run.node.make(element + "/range")
        run.set(element + "/@proto", forward.proto)
        run.set(element + "/@address", forward.address)
        run.set(range + "start", try forward.start.map { String(try number($0)) })
        run.set(range + "end", try forward.end.map { String(try number($0)) })
        run.set(range + "to", try forward.to.map { String(try number($0)) })
    }
}

/// `[ADDRESS:]START[-END][:TO][/PROTO]`
private struct ShortForward {
    let proto: String
    let address: String?
    let start: String?
    let end: String?
    let to: String?

    init(_ text: String?) throws {
        guard let text else {
            throw OptionMistake("argument of type 'NoneType' is not iterable")
        }
        var rest = text[...]
        proto = Self.cut(&rest, at: "/").map(String.init) ?? "tcp"
        to = Self.cut(&rest, at: ":").map(String.init)
        // What is left of the last colon is the address, so it may contain colons.
        if let ports = Self.cut(&rest, at: ":") {
            address = String(rest)
            rest = ports
        } else {
            address = nil
        }
        end = Self.cut(&rest, at: "-").map(String.init)
        start = String(rest)
    }

    /// Removes what follows the last `separator` and returns it; `nil` if there is no separator.
    private static func cut(_ text: inout Substring, at separator: Character) -> Substring? {
        guard let place = text.lastIndex(of: separator) else { return nil }
        defer { text = text[..<place] }
        return text[text.index(after: place)...]
    }
}
