import FoundationEssentials
import OSInfo
import Testing

/// A temporary database for one test, in one or several directories.
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

    /// The directory of the last layer.
    var folder: String { layers.last ?? root }

    var database: Database { Database(directories: layers) }

    /// Adds a directory whose files replace those of earlier layers. `files` are contents by path.
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

    /// Adds a directory with systems of the vendor `x`: the contents of `<os>` by name.
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
