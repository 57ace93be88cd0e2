import Policy
import XML

/// XML that was judged and written anew.
package struct JudgedXML: Sendable {
    /// What libvirt gets.
    package let text: String
    package internal(set) var facts = XMLFacts()
}

/// What a judged document names, normalized.
package struct XMLFacts: Sendable {
    /// The name of the domain, volume, snapshot or checkpoint; `nil` if the XML has none.
    package internal(set) var name: String?
    package internal(set) var uuid: String?
    package internal(set) var memoryBytes: UInt64?
    package internal(set) var vcpus: Int?
    package internal(set) var volumes: [VolumeReference] = []
    package internal(set) var macs: [String] = []
    package internal(set) var hostPorts: [HostPorts] = []
    /// Of a new volume.
    package internal(set) var format: DiskFormat?
    package internal(set) var capacityBytes: UInt64?
    package internal(set) var backingPath: String?
}

/// Judges XML against the allow-list. What a client sent is written anew from what was judged, so
/// libvirt never parses the client's bytes, and two parsers cannot disagree about them.
package struct XMLJudge {
    package static let maximumBytes = 1 << 20
    package static let maximumDepth = 64

    private let questions: XMLQuestions

    package init(_ questions: XMLQuestions) { self.questions = questions }

    /// Judges what a client sent. Throws a `Denial`, or what an answer threw.
    package func judge(_ bytes: [UInt8], as kind: XMLKind) throws -> JudgedXML {
        var (element, path) = try shaped(bytes, kind, AllowList.elements)
        var rules = XMLRules(questions: questions)
        try rules.apply(to: &element, at: path)
        return JudgedXML(text: element.serialized(), facts: rules.facts)
    }

    package func judge(_ text: String, as kind: XMLKind) throws -> JudgedXML {
        try judge(Array(text.utf8), as: kind)
    }

    /// Judges a domain, or one of its devices, as libvirt reports it, before it is redefined,
    /// updated or detached. Denies what neither the allow-list nor `AddedByLibvirt` has: something
    /// that an administrator set, and that the change would remove. Asks only whether pools and
    /// networks are granted.
    package func judgePresent(_ text: String, as kind: XMLKind) throws {
        do {
            let (element, path) = try shaped(
                Array(text.utf8), kind, AllowList.elementsOfLibvirt, isOfLibvirt: true)
            try PresentRules(questions: questions).check(element, at: path)
        } catch let error as Denial {
            throw Denial(
                "the present \(kind == .device ? "device" : kind.rawValue) has what this role may "
                    + "not change: \(error.reason)")
        }
    }

    private func shaped(
        _ bytes: [UInt8], _ kind: XMLKind, _ rows: AllowedElements,
        isOfLibvirt: Bool = false
    ) throws(Denial) -> (JudgedElement, path: String) {
        guard bytes.count <= Self.maximumBytes else {
            throw Denial(xml: "more than \(Self.maximumBytes) bytes")
        }
        let document: Document
        do throws(XMLError) {
            document = try Document(untrusted: bytes, maximumDepth: Self.maximumDepth)
        } catch {
            let line = error.line > 0 ? "line \(error.line): " : ""
            throw Denial(xml: "\(line)\(clean(error.message))")
        }
        let root = document.root
        let shown = clean((root.prefix.map { $0 + ":" } ?? "") + root.name)
        guard root.namespace == nil else {
            throw Denial(xml: "element '\(shown)' is in a namespace that is not allowed")
        }
        guard let path = kind.path(ofRoot: root.name), rows[path] != nil else {
            throw Denial(xml: "element '\(shown)' is not allowed here; it must be \(kind.rootRule)")
        }
        let shape = XMLShape(rows: rows, isOfLibvirt: isOfLibvirt)
        return (try shape.judged(root, at: path, shown: shown), path)
    }
}
