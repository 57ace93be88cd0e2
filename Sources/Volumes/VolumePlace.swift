import System

/// Something by which two references to the same volume can be recognized as such.
enum VolumePlace: Hashable {
    case volume(pool: String, name: String)
    /// A path of another machine, or one that cannot be examined.
    case path(String)
    case file(FileIdentity)
    /// A file that does not exist, by its directory.
    case missing(directory: FileIdentity, name: String)

    /// What is known of a path; symbolic links are followed.
    static func all(ofPath path: String, isLocal: Bool) -> Set<VolumePlace> {
        guard isLocal else { return [.path(path)] }
        if let file = identity(path) { return [.path(path), .file(file)] }
        guard let slash = path.lastIndex(of: "/"), let directory = identity(String(path[...slash]))
        else { return [.path(path)] }
        let name = String(path[path.index(after: slash)...])
        return [.path(path), .missing(directory: directory, name: name)]
    }

    private static func identity(_ path: String) -> FileIdentity? {
        do throws(SystemError) { return try FileStatus(of: path).identity } catch { return nil }
    }
}
