import FoundationEssentials
import OSInfo
import Testing

/// Databases of our own making, in folders that go with them.
final class ScratchDatabase {
    private let root: String
    private var layers: [String] = []

    init() throws {
        root = "/tmp/osinfo-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: root, withIntermediateDirectories: true)
    }
    deinit {
        do { try FileManager.default.removeItem(atPath: root) } catch {
            Issue.record("cannot remove \(root): \(error)")
        }
    }

    /// The last layer's folder.
    var folder: String { layers.last ?? root }

    var database: Database { Database(directories: layers) }

    /// Adds a folder whose files go before those of the folders so far; paths to contents.
    func layer(_ files: [String: String]) throws {
        let layer = "\(root)/\(layers.count)"
        layers.append(layer)
        for (path, text) in files {
            let folder = path.split(separator: "/").dropLast().joined(separator: "/")
            try FileManager.default.createDirectory(
                atPath: "\(layer)/\(folder)", withIntermediateDirectories: true)
            guard
                FileManager.default.createFile(
                    atPath: "\(layer)/\(path)", contents: Data(text.utf8))
            else { throw CocoaError(.fileWriteUnknown) }
        }
    }

    /// A folder with systems of the vendor `x`: name to what is inside of `<os>`.
    func systems(_ systems: KeyValuePairs<String, String>) throws {
        try layer(
            Dictionary(
                uniqueKeysWithValues: systems.map { name, inside in
                    ("os/x/\(name).xml", Self.os(name, "<short-id>\(name)</short-id>\(inside)"))
                }))
    }

    static func os(_ name: String, _ inside: String) -> String {
        "<libosinfo version='0.0.1'><os id='http://x/\(name)'>\(inside)</os></libosinfo>"
    }
}
