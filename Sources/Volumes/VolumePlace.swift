import System

/// Something by which two references to the same volume can be recognized as such.
enum VolumePlace: Hashable {
    case volume(pool: String, name: String)
    /// A path of another machine, or one that cannot be examined.
    case path(String)
    case file(FileIdentity)
    /// A file that does not exist, by its directory.
    case missing(directory: FileIdentity, name: String)

    /// What is known of a path; symbolic links are followed, also to a file that does not exist.
    static func all(ofPath path: String, isLocal: Bool) -> Set<VolumePlace> {
        var places: Set<VolumePlace> = [.path(path)]
        guard isLocal else { return places }
        if let file = identity(path) { return places.union([.file(file)]) }
        var path = path
        // No more than the kernel follows.
        for _ in 1...40 {
            guard let slash = path.lastIndex(of: "/"),
                let directory = identity(String(path[...slash]))
            else { break }
            let name = String(path[path.index(after: slash)...])
            places.insert(.missing(directory: directory, name: name))
            guard let target = link(path) else { break }
            path = target.hasPrefix("/") ? target : path[...slash] + target
        }
        return places
    }

    /// The directories above a path, without symbolic links. Who has one of them has the file.
    static func directories(above path: String) -> Set<VolumePlace> {
        guard let slash = path.lastIndex(of: "/"), var rest = realPath(String(path[...slash]))
        else { return [] }
        var places: Set<VolumePlace> = []
        while let directory = identity(rest) {
            places.insert(.file(directory))
            guard rest != "/", let slash = rest.lastIndex(of: "/") else { break }
            rest = slash == rest.startIndex ? "/" : String(rest[..<slash])
        }
        return places
    }

    /// `nil` if the path is not a symbolic link.
    private static func link(_ path: String) -> String? {
        do throws(SystemError) { return try linkTarget(path) } catch { return nil }
    }

    private static func identity(_ path: String) -> FileIdentity? {
        do throws(SystemError) { return try FileStatus(of: path).identity } catch { return nil }
    }
}
