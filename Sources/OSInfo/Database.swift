import Host
import XML

/// What a file of the database is wrong in, e.g. `os/x.org/x-1.xml: ...`.
package struct DatabaseError: Error, Hashable, Sendable {
    package let file: String
    package let message: String
}

/// osinfo-db: what is known of operating systems, read from its XML files. Nothing is read before
/// it is asked for, and finding one system reads a handful of files.
///
/// The file of an entity follows from its id: `http://redhat.com/rhel/8.7` is
/// `os/redhat.com/rhel-8.7.xml`; files of the folder `rhel-8.7.d` beside it add to it. Folders
/// later in the list replace files of those before them, an empty file hides one.
/// libosinfo 1.10.0: `osinfo_loader_process_default_path`.
package final class Database {
    private let directories: [String]
    private var documents: [String: Document?] = [:]
    private var systems: [String: OperatingSystem] = [:]
    private var systemPaths: [String]?

    package init(directories: [String]) { self.directories = directories }

    /// The database of this host: `OSINFO_SYSTEM_DIR`, `OSINFO_LOCAL_DIR` and `OSINFO_USER_DIR`,
    /// each with its usual place where it is unset.
    /// `environment` tells a variable's value, `nil` for one that is unset or empty.
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

    // MARK: Finding

    /// The system that has this short id, e.g. `fedora36`.
    package func system(named name: String) throws(DatabaseError) -> OperatingSystem? {
        let element = Array("<short-id>\(Writer.escaped(name))</short-id>".utf8)
        let letters = Self.letters(name)
        let paths = try allSystemPaths()
        // Most files are named much like what is in them: those are looked at first.
        let likely = paths.filter { Self.letters(Self.stem($0)) == letters }
        for path in likely + paths where try mentions(element, in: path) {
            guard let id = try systemID(of: path), let system = try system(id: id),
                system.names.contains(name)
            else { continue }
            return system
        }
        return nil
    }

    /// The system with this id, e.g. `http://fedoraproject.org/fedora/36`.
    package func system(id: String) throws(DatabaseError) -> OperatingSystem? {
        if let known = systems[id] { return known }
        let elements = try elements("os", id: id)
        guard !elements.isEmpty else { return nil }
        let system = OperatingSystem(id: id, elements: elements, database: self)
        systems[id] = system
        return system
    }

    /// All systems, in the order of their files' names. That reads and parses the whole database.
    package func allSystems() throws(DatabaseError) -> [OperatingSystem] {
        var found: [OperatingSystem] = []
        for path in try allSystemPaths() {
            guard let id = try systemID(of: path), let system = try system(id: id) else { continue }
            found.append(system)
        }
        return found
    }

    /// The name and the class of a device, e.g. `virtio-net` and `net`; `nil` for an id that
    /// nothing is known of.
    func device(id: String) throws(DatabaseError) -> (name: String, class: String)? {
        let elements = try elements("device", id: id)
        guard !elements.isEmpty else { return nil }
        return (
            elements.compactMap { $0.untranslated("name") }.last ?? "",
            elements.compactMap { $0.child("class")?.text }.last ?? ""
        )
    }

    // MARK: Files

    /// The elements that say something of an entity, those that add to it last.
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

    /// `os/redhat.com/rhel-8.7.xml`; `nil` for an id that is no web address.
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

    /// The names in a folder; none where it cannot be read, for most need not exist.
    private func names(in folder: String) -> [String] {
        do throws(SystemError) { return try Directory(folder).names() } catch { return [] }
    }

    /// The text of a file, from the last folder that has it; `nil` where none has.
    private func bytes(_ path: String) throws(DatabaseError) -> [UInt8]? {
        for directory in directories.reversed() {
            do throws(SystemError) {
                return try contents(of: "\(directory)/\(path)", limit: 16 << 20)
            } catch {
                guard error.condition == .notFound || error.isNoDirectory else {
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

    /// The id of the system that a file is about, if it is the one that belongs there.
    private func systemID(of path: String) throws(DatabaseError) -> String? {
        try document(path)?.root.elements("os").compactMap { $0["id"] }.first {
            Self.path(of: $0, kind: "os") == path
        }
    }

    /// Whether a system's file or one that adds to it holds this text.
    private func mentions(_ text: [UInt8], in path: String) throws(DatabaseError) -> Bool {
        let folder = path.dropLast(".xml".count) + ".d"
        if let bytes = try bytes(path), position(of: text, in: bytes) != nil { return true }
        // Additions of the system's own folder repeat the name; a short id of their own is rare
        // enough to look only where somebody made one.
        for directory in directories.dropFirst() {
            for name in names(in: "\(directory)/\(folder)") {
                guard let bytes = try bytes("\(folder)/\(name)") else { continue }
                if position(of: text, in: bytes) != nil { return true }
            }
        }
        return false
    }

    private static func stem(_ path: String) -> Substring {
        let name = path.split(separator: "/").last ?? ""
        return name.hasSuffix(".xml") ? name.dropLast(4) : name
    }

    private static func letters(_ text: some StringProtocol) -> String {
        String(text.filter { $0 != "-" && $0 != "." && $0 != "_" })
    }
}

extension Node {
    /// The first element right inside that has this name.
    func child(_ name: String) -> Node? { children.first { $0.isElement && $0.name == name } }

    /// The text of an element that may be there in several languages.
    func untranslated(_ name: String) -> String? {
        do throws(XMLError) { return try text("\(name)[not(@xml:lang)]") } catch { return nil }
    }
}
