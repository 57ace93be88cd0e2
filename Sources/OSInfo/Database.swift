import System
import Text
import XML

/// The operating system database osinfo-db, a tree of XML files. Files are read when they are first
/// needed: looking up one system reads only a few.
///
/// The id of an entity determines its file: `http://redhat.com/rhel/8.7` is in
/// `os/redhat.com/rhel-8.7.xml`, and the files in the folder `rhel-8.7.d` beside it add to it. A
/// file replaces the file of the same path in earlier directories; an empty file hides it.
/// libosinfo 1.10.0: `osinfo_loader_process_default_path`.
package final class Database {
    private let directories: [String]
    /// By path; `nil` for a file that does not exist or is empty.
    private var documents: [String: Document?] = [:]
    private var systems: [String: OperatingSystem] = [:]
    private var systemPaths: [String]?

    /// The files of a directory replace those of earlier ones.
    package init(directories: [String]) { self.directories = directories }

    /// The database of this host, in the directories `OSINFO_SYSTEM_DIR`, `OSINFO_LOCAL_DIR` and
    /// `OSINFO_USER_DIR` or their defaults. `environment` returns the value of a variable, `nil` if
    /// it is unset or empty.
    package convenience init(
        environment: (String) -> String? = { ProcessInformation.environment($0) }
    ) {
        let configuration =
            environment("XDG_CONFIG_HOME")
            ?? (environment("HOME") ?? ProcessInformation.homeDirectory()).map { "\($0)/.config" }
        self.init(
            directories: [
                environment("OSINFO_SYSTEM_DIR") ?? "/usr/share/osinfo",
                environment("OSINFO_LOCAL_DIR") ?? "/etc/osinfo",
                environment("OSINFO_USER_DIR") ?? configuration.map { "\($0)/osinfo" },
            ].compactMap { $0 })
    }

    // MARK: Lookup

    /// The system with this short id, e.g. `fedora36`; `nil` if there is none.
    package func system(named name: String) throws(DatabaseError) -> OperatingSystem? {
        let element = Array("<short-id>\(Writer.escaped(name))</short-id>".utf8)
        let key = Self.withoutPunctuation(name)
        let paths = try allSystemPaths()
        // Most files are named like the short id but for punctuation: search those first.
        let likely = paths.filter { Self.withoutPunctuation(Self.stem($0)) == key }
        for path in likely + paths where try mentions(element, in: path) {
            guard let id = try systemID(of: path), let system = try system(id: id),
                system.names.contains(name)
            else { continue }
            return system
        }
        return nil
    }

    /// The system with this id, e.g. `http://fedoraproject.org/fedora/36`; `nil` if there is none.
    package func system(id: String) throws(DatabaseError) -> OperatingSystem? {
        if let known = systems[id] { return known }
        let elements = try elements("os", id: id)
        guard !elements.isEmpty else { return nil }
        let system = OperatingSystem(id: id, elements: elements, database: self)
        systems[id] = system
        return system
    }

    /// All systems, sorted by the paths of their files. Reads and parses the whole database.
    package func allSystems() throws(DatabaseError) -> [OperatingSystem] {
        var found: [OperatingSystem] = []
        for path in try allSystemPaths() {
            guard let id = try systemID(of: path), let system = try system(id: id) else { continue }
            found.append(system)
        }
        return found
    }

    /// The name and the class of a device, e.g. `virtio-net` and `net`; `nil` for an unknown id.
    func device(id: String) throws(DatabaseError) -> (name: String, class: String)? {
        let elements = try elements("device", id: id)
        guard !elements.isEmpty else { return nil }
        return (
            elements.compactMap { $0.untranslated("name") }.last ?? "",
            elements.compactMap { $0.child("class")?.text }.last ?? ""
        )
    }

    // MARK: Files

    /// The elements about an entity: that of its main file first, then those that add to it.
    func elements(_ kind: String, id: String) throws(DatabaseError) -> [Node] {
        guard let path = Self.path(of: id, kind: kind) else { return [] }
        var found: [Node] = []
        let folder = path.dropLast(".xml".count) + ".d"
        var files = [path]
        var additional: Set<String> = []
        for directory in directories {
            additional.formUnion(
                names(in: "\(directory)/\(folder)").filter { $0.hasSuffix(".xml") })
        }
        files += additional.sorted().map { "\(folder)/\($0)" }
        for file in files {
            guard let document = try document(file) else { continue }
            found += document.root.elements(kind).filter { $0["id"] == id }
        }
        return found
    }

    /// The path of an entity's file, e.g. `os/redhat.com/rhel-8.7.xml`; `nil` if the id is not a
    /// URL.
    private static func path(of id: String, kind: String) -> String? {
        guard let separator = id.firstRange(of: "://") else { return nil }
        let parts = id[separator.upperBound...].split(separator: "/")
        guard parts.count > 1, !parts.contains("..") else { return nil }
        return "\(kind)/\(parts[0])/\(parts.dropFirst().joined(separator: "-")).xml"
    }

    /// The paths of the systems' files, e.g. `os/redhat.com/rhel-8.7.xml`, sorted.
    private func allSystemPaths() throws(DatabaseError) -> [String] {
        if let systemPaths { return systemPaths }
        var found: Set<String> = []
        for directory in directories {
            for vendor in names(in: "\(directory)/os") {
                for name in names(in: "\(directory)/os/\(vendor)") where name.hasSuffix(".xml") {
                    found.insert("os/\(vendor)/\(name)")
                }
            }
        }
        let sorted = found.sorted()
        systemPaths = sorted
        return sorted
    }

    /// The names in a folder; empty if it cannot be read, because most folders are optional.
    private func names(in folder: String) -> [String] {
        do throws(SystemError) { return try Directory.names(in: folder) } catch { return [] }
    }

    /// The contents of a file, from the last directory that has it; `nil` if none has it.
    private func bytes(_ path: String) throws(DatabaseError) -> [UInt8]? {
        for directory in directories.reversed() {
            do throws(SystemError) {
                return try contents(of: "\(directory)/\(path)", limit: 16 << 20)
            } catch {
                guard error.condition == .notFound || error.isNotDirectory else {
                    throw DatabaseError(file: "\(directory)/\(path)", message: error.message)
                }
            }
        }
        return nil
    }

    private func document(_ path: String) throws(DatabaseError) -> Document? {
        if let known = documents[path] { return known }
        var document: Document?
        if let bytes = try bytes(path), !bytes.isEmpty {
            do throws(XMLError) {
                document = try Document(parsing: String(decoding: bytes, as: UTF8.self))
            } catch {
                throw DatabaseError(file: path, message: error.message)
            }
        }
        documents[path] = .some(document)
        return document
    }

    /// The id of the system that a file defines; `nil` if the id belongs to another path.
    private func systemID(of path: String) throws(DatabaseError) -> String? {
        try document(path)?.root.elements("os").compactMap { $0["id"] }.first {
            Self.path(of: $0, kind: "os") == path
        }
    }

    /// Whether a system's file, or one that adds to it, contains this text. Searching the text is
    /// much faster than parsing all files.
    private func mentions(_ text: [UInt8], in path: String) throws(DatabaseError) -> Bool {
        let folder = path.dropLast(".xml".count) + ".d"
        if let bytes = try bytes(path), position(of: text, in: bytes) != nil { return true }
        // The additions in the first directory, which come with the package, have no short ids of
        // their own: only administrators and users may have added some.
        for directory in directories.dropFirst() {
            for name in names(in: "\(directory)/\(folder)") {
                guard let bytes = try bytes("\(folder)/\(name)") else { continue }
                if position(of: text, in: bytes) != nil { return true }
            }
        }
        return false
    }

    /// The name of a file without its folder and `.xml`.
    private static func stem(_ path: String) -> Substring {
        let name = path.split(separator: "/").last ?? ""
        return name.hasSuffix(".xml") ? name.dropLast(4) : name
    }

    private static func withoutPunctuation(_ text: some StringProtocol) -> String {
        String(text.filter { $0 != "-" && $0 != "." && $0 != "_" })
    }
}

extension Node {
    /// The first child element with this name.
    func child(_ name: String) -> Node? { children.first { $0.isElement && $0.name == name } }

    /// The text of a child element that may exist in several languages: the one without `xml:lang`.
    func untranslated(_ name: String) -> String? {
        do throws(XMLError) { return try text("\(name)[not(@xml:lang)]") } catch { return nil }
    }
}
