/// An enumeration of libvirt's numbers for which virsh has words.
protocol VirshNamed {
    /// virsh's word, e.g. `shut off`.
    var name: String { get }
}

extension VirshNamed where Self: CaseIterable {
    /// All words, in the order of libvirt's numbers.
    static var names: [String] { allCases.map(\.name) }

    /// The case with this word; `nil` if there is none.
    init?(named name: String) {
        guard let found = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = found
    }
}
