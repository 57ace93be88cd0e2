import Confinement
import TestSupport
import Testing

struct AllowListTests {
    /// The rows of the contract's table: a path, attributes and the kind of the text, each as text.
    private static let contract: [String] = {
        Fixture.text("xml.allow").split(separator: "\n").compactMap { line in
            // A comment begins a line, or follows two blanks.
            guard line.first != "#" else { return nil }
            let row = line.split(separator: "#")[0]
            return row.split(separator: " ").joined(separator: " ")
        }
    }()

    private func text(_ row: AllowedElement) -> String {
        let attributes = row.attributes.map {
            "@\($0.name)\($0.isRequired ? "!" : "")=\($0.kinds.map(\.name).joined(separator: ","))"
        }
        let texts = row.texts.map { "=\($0.name)" }
        return ([row.path + (row.isRepeatable ? "*" : "")] + attributes + texts)
            .joined(separator: " ")
    }

    @Test func equalsTheContract() {
        let ours = AllowList.rows.map(text)
        #expect(Set(ours) == Set(Self.contract))
        #expect(ours.count == Self.contract.count)
        #expect(ours.count > 100)
    }

    @Test func eachRowHasAParent() {
        let paths = Set(AllowList.rows.map(\.path))
        for path in paths {
            guard let slash = path.lastIndex(of: "/") else { continue }
            #expect(paths.contains(String(path[..<slash])), "\(path)")
        }
        #expect(paths.count == AllowList.rows.count)
    }
}
