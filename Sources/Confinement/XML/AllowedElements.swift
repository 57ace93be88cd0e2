/// Rows, found by their path.
struct AllowedElements {
    private let rows: [String: AllowedElement]

    /// Rows of the same path are merged.
    init(_ rows: [AllowedElement]) {
        self.rows = Dictionary(rows.map { ($0.path, $0) }) { one, other in
            var merged = one
            merged.merge(other)
            return merged
        }
    }

    subscript(path: String) -> AllowedElement? { rows[path] }

    /// Which child elements are allowed, for messages.
    func children(of path: String) -> String {
        let names = rows.values.filter { $0.path.dropLast($0.name.utf8.count + 1) == path }
            .map { String($0.name) }.sorted()
        return names.isEmpty
            ? "it has no child elements" : "allowed here are \(names.joined(separator: ", "))"
    }
}

extension AllowList {
    /// For what clients send.
    static let elements = AllowedElements(rows)

    /// For what libvirt reports.
    static let elementsOfLibvirt = AllowedElements(rows + AddedByLibvirt.rows)

    /// The path of a device in the list of devices; `nil` if the list does not contain it.
    static func path(ofDevice name: String) -> String? {
        let path = "domain/devices/\(name)"
        return !name.contains("/") && elementsOfLibvirt[path] != nil ? path : nil
    }
}
